import { join } from 'node:path';
import { repositoryRoot } from './repository-root.ts';

/** The folder of what is slow to build and the same each time. It may be deleted at any time. */
export const buildCache = join(repositoryRoot, '.build');
