/** Entry of the script in an exported image's page. */

import { start } from "../../hosts/snapshot";
import { image } from "./domain";

start(document, image);
