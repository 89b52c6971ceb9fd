import { dirname } from 'node:path';

/** The folder with package.json, wherever the app was started from. */
export const repositoryRoot = dirname(dirname(import.meta.dirname));
