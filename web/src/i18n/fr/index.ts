import type { Messages } from "..";
import editing from "./editing";
import evidence from "./evidence";
import overview from "./overview";
import shell from "./shell";
import statement from "./statement";
import terms from "./terms";
import time from "./time";

const messages: Messages = { ...shell, ...terms, ...overview, ...time, ...evidence, ...statement, ...editing };
export default messages;
