import { resolve } from 'node:path';
import { Command, InvalidArgumentError, Option } from 'commander';

const dataDefault = '.maas';

/** `maas start`: the whole platform on this machine. */
export function startCommand(): Command {
  return new Command('start')
    .description('run the whole platform on this machine, from the synthesized CDK app')
    .addOption(new Option('--port <port>', 'port of the tenant API').env('PORT').default(8080).argParser(port))
    .addOption(new Option('--data <folder>', 'where its state lives').env('MAAS_DATA').default(dataDefault))
    .addOption(
      new Option('--gpu [on]', 'also serve the models for GPUs, from emulated SageMaker endpoints')
        .env('MAAS_GPU')
        .preset(true)
        .default(false)
        .argParser(wanted),
    )
    .action(async (options: { port: number; data: string; gpu: boolean }) => {
      // Loaded when asked for: the other commands need no local cloud, and answer sooner without it.
      const { startMaas } = await import('../start-maas.ts');
      // A variable that is set to nothing must not make the working folder the data folder.
      const data = resolve(options.data === '' ? dataDefault : options.data);
      await startMaas({ port: options.port, data, gpu: options.gpu });
    });
}

function port(text: string): number {
  const value = Number(text);
  if (!/^\d{1,5}$/.test(text) || value > 65_535) throw new InvalidArgumentError('A port is a number from 0 to 65535.');
  return value;
}

function wanted(text: string): boolean {
  if (/^(1|true|yes|on)$/i.test(text)) return true;
  if (/^(0|false|no|off|)$/i.test(text)) return false;
  throw new InvalidArgumentError('It is 1 or 0.');
}
