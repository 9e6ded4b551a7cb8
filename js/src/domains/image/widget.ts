/** Entry of the live widget of an image. */

import { widgetOf } from "../../hosts/anywidget";
import { image } from "./domain";

export default widgetOf(image);
