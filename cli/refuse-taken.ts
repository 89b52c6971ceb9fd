import { once } from 'node:events';
import { createServer } from 'node:net';
import { dataHolder } from '../local/cloud/data-holder.ts';
import { CliError } from './cli-error.ts';

/**
 * Looks whether port and data folder are free, before anything is written: a second start on a folder must not touch the assembly that
 * the first one runs.
 *
 * @param port 0 is always free
 * @throws CliError that names what is taken, by whom, and how to choose another
 */
export async function refuseTaken({ port, data }: { readonly port: number; readonly data: string }): Promise<void> {
  const holder = await dataHolder(data);
  if (holder !== undefined) {
    throw new CliError(
      `${data} is in use by process ${holder.pid}; stop that one, or choose another folder and port: MAAS_DATA=.maas-2 PORT=${port + 1} npm start`,
    );
  }
  const probe = createServer();
  try {
    await once(probe.listen(port, '127.0.0.1'), 'listening');
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    const next = port < 1024 ? 8080 : port + 1;
    const why = reasons.get(code) ?? `cannot be used (${code})`;
    throw new CliError(`port ${port} ${why}; choose another one: PORT=${next} npm start`, { cause: error });
  }
  await new Promise((resolve) => probe.close(resolve));
}

const reasons = new Map([
  ['EADDRINUSE', 'is in use by another program'],
  ['EACCES', 'is open to root alone'],
]);
