import { existsSync, realpathSync } from 'node:fs';
import Module, { registerHooks } from 'node:module';
import { delimiter, join, sep } from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Lets `require` look for packages inside the function's code and its layers only. On AWS nothing lies above `/var/task` and `/opt`;
 * here the folders above the bundle may well hold the `node_modules` of the project that was deployed, and a function that forgot
 * its layer must not find it there. The layers are one folder on AWS: so a package of one finds those of all, in the order of
 * `NODE_PATH`, before its own layer's. For the same reason a `package.json` above the bundle must not decide what its `.js` files are:
 * where the bundle has none of its own, they are CommonJS.
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
  if (existsSync(join(taskRoot, 'package.json'))) return;
  const bundle = pathToFileURL(real(taskRoot)).href;
  registerHooks({
    load: (url, context, next) =>
      next(url, url.startsWith(`${bundle}/`) && url.endsWith('.js') ? { ...context, format: 'commonjs' } : context),
  });
}

function real(path: string): string {
  try {
    return realpathSync(path);
  } catch {
    // A layer without such a folder: nothing is to be found in it.
    return path;
  }
}
