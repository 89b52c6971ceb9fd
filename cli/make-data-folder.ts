import { accessSync, constants, mkdirSync } from 'node:fs';
import { CliError } from './cli-error.ts';

/** Makes the data folder, for its owner alone. @throws CliError when there cannot be one, or it cannot be written to */
export function makeDataFolder(data: string): void {
  try {
    mkdirSync(data, { recursive: true, mode: 0o700 });
    accessSync(data, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new CliError(`${data} cannot be a data folder (${code}); choose another one: MAAS_DATA=<folder> npm start`, {
      cause: error,
    });
  }
}
