/** Entry of the script in an exported table's page. */

import { start } from "../../hosts/snapshot";
import { table } from "./domain";

start(document, table);
