import "../style/base.css";
import { header } from "../shared/header";
import { restoreTheme } from "../shared/theme";

restoreTheme();
document.body.append(header("explorer", null));
