/** Entry of the snapshot's script. */

import { start } from "./snapshot";

start(document);
