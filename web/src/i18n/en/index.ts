import editing from "./editing";
import evidence from "./evidence";
import overview from "./overview";
import shell from "./shell";
import statement from "./statement";
import terms from "./terms";
import time from "./time";

export default { ...shell, ...terms, ...overview, ...time, ...evidence, ...statement, ...editing };
