/** The queue with a keyboard, without reloading: everything here works as plain forms too. */

import { listenToKeys } from "./keys.js";
import { keepCounting } from "./live.js";
import { select, watchSelection } from "./selection.js";
import { swapForms } from "./swap.js";

watchSelection();
swapForms(() => select.changed());
listenToKeys();
keepCounting();
