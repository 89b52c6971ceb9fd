import { realpathSync } from 'node:fs';
import Module from 'node:module';
import { delimiter, sep } from 'node:path';

/**
 * Lets `require` look for packages inside the function's code and its layers only. On AWS nothing lies above `/var/task` and `/opt`;
 * here the folders above the bundle may well hold the `node_modules` of the project that was deployed, and a function that forgot
 * its layer must not find it there. The layers are one folder on AWS: so a package of one finds those of all, in the order of
 * `NODE_PATH`, before its own layer's.
 */
export function confineModules(taskRoot: string, nodePath: string): void {
  const layered = nodePath
    .split(delimiter)
    .filter((path) => path !== '')
    .map(real);
  const roots = [real(taskRoot), ...layered];
  // Node.js has no public hook for CommonJS look-up paths; this one is what `require` calls, and packages rely on it staying.
  const internals = Module as unknown as { _nodeModulePaths(from: string): string[] };
  const all = internals._nodeModulePaths.bind(Module);
  internals._nodeModulePaths = (from) => all(from).filter((path) => roots.some((root) => path.startsWith(root + sep)));
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // A layer without such a folder: nothing is to be found in it.
    return path;
  }
}
