import "../style/base.css";
import "../style/network.css";
import { header } from "../shared/header";
import { restoreTheme } from "../shared/theme";
import { Workbench } from "./workbench";
// Behind the style of the editor, which comes with it.
import "./workbench.css";
import "./editor.css";
import "./answer.css";
import "./views.css";

restoreTheme();
const workbench = new Workbench();
document.body.append(header("workbench", null), workbench.element);
void workbench.start();
