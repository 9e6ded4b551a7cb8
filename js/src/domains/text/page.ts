/** Entry of the script in an exported text's page. */

import { start } from "../../hosts/snapshot";
import { text } from "./domain";

start(document, text);
