/** Entry of the live widget of a text. */

import { widgetOf } from "../../hosts/anywidget";
import { text } from "./domain";

export default widgetOf(text);
