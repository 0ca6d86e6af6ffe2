import "../style/base.css";
import { h } from "../shared/dom";
import { header } from "../shared/header";
import { restoreTheme } from "../shared/theme";
import { TEXTS } from "../texts";

restoreTheme();
document.body.append(header("workbench", null), h("main", {}, h("p", {}, TEXTS.workbench.soon)));
