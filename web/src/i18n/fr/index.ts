import type { Messages } from "..";
import custody from "./custody";
import damage from "./damage";
import editing from "./editing";
import evidence from "./evidence";
import kinship from "./kinship";
import leak from "./leak";
import overview from "./overview";
import pair from "./pair";
import shell from "./shell";
import statement from "./statement";
import terms from "./terms";
import time from "./time";

const messages: Messages = { ...shell, ...terms, ...overview, ...time, ...evidence, ...statement, ...editing, ...kinship, ...pair, ...damage, ...leak, ...custody };
export default messages;
