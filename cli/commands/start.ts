import { resolve } from 'node:path';
import { Command, InvalidArgumentError } from 'commander';

/** `maas start`: the whole platform on this machine. */
export function startCommand(): Command {
  return new Command('start')
    .description('run the whole platform on this machine, from the synthesized CDK app')
    .option('--port <port>', 'port of the tenant API ($PORT, 8080)', port, port(process.env['PORT'] ?? '8080'))
    .option('--data <folder>', 'where its state lives ($MAAS_DATA, .maas)', process.env['MAAS_DATA'] ?? '.maas')
    .action(async (options: { port: number; data: string }) => {
      // Loaded when asked for: the other commands need no local cloud, and answer sooner without it.
      const { startMaas } = await import('../start-maas.ts');
      await startMaas({ port: options.port, data: resolve(options.data) });
    });
}

function port(text: string): number {
  const value = Number(text);
  if (!/^\d{1,5}$/.test(text) || value > 65_535) throw new InvalidArgumentError('a port is a number from 0 to 65535');
  return value;
}
