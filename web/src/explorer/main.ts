/** The explorer: the view in the address, what is loaded for it, and the parts that show it. */

import "../style/base.css";
import "../style/network.css";
import "../style/explorer.css";
import { ApiError, isAbort } from "../shared/api";
import { restoreTheme } from "../shared/theme";
import { Explorer } from "./explorer";

restoreTheme();
new Explorer().start();

// What nobody caught is a fault of the page; it stands in the console, where tests look for it.
addEventListener("unhandledrejection", (event) => {
  if (isAbort(event.reason) || event.reason instanceof ApiError) event.preventDefault();
});
