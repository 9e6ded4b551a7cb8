/** Entry of the live widget of a table. */

import { widgetOf } from "../../hosts/anywidget";
import { table } from "./domain";

export default widgetOf(table);
