/** Where the server is: found here, so that no folder that somebody opens can put another in its place. */

import * as fs from "node:fs";
import * as path from "node:path";

/** What Windows starts without a shell. */
const STARTED = [".exe", ".com"];

/**
 * Find a command among the folders of PATH, as a whole path; null where it is in none of them.
 *
 * Windows looks for a name in the working folder first, and a relative folder of PATH is in whatever
 * folder was opened: neither is asked. A whole path is taken as it is, and a relative one is none.
 */
export function findCommand(
  name: string,
  platform: NodeJS.Platform = process.platform,
  folders: string | undefined = pathOf(process.env),
  isThere: (file: string) => boolean = isFile,
): string | null {
  const paths = platform === "win32" ? path.win32 : path.posix;
  if (isWhole(name, paths)) return name;
  if (paths.basename(name) !== name) return null;
  const written = (folders ?? "").split(paths.delimiter).map((each) => each.replace(/^"(.*)"$/, "$1"));
  const names = platform !== "win32" || paths.extname(name) ? [name] : STARTED.map((each) => name + each);
  for (const folder of written.filter((each) => isWhole(each, paths))) {
    const found = names.map((each) => paths.join(folder, each)).find(isThere);
    if (found !== undefined) return found;
  }
  return null;
}

/** On Windows `\tools` is on the drive of the working folder: it needs its drive, or a server's name. */
function isWhole(name: string, paths: path.PlatformPath): boolean {
  return paths.isAbsolute(name) && (paths === path.posix || /^([a-z]:|[\\/]{2})/i.test(name));
}

/** Windows writes `Path` and reads it in any case; a copy of its environment does not. */
function pathOf(environment: NodeJS.ProcessEnv): string | undefined {
  const key = Object.keys(environment).find((each) => each.toUpperCase() === "PATH");
  return key === undefined ? undefined : environment[key];
}

function isFile(file: string): boolean {
  try {
    if (!fs.statSync(file).isFile()) return false;
    fs.accessSync(file, fs.constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
