/** Every page of the desk: what goes on in the background is followed to its end. */

import { followProgress } from "./progress.js";
import { refresh } from "./swap.js";

followProgress(refresh);
