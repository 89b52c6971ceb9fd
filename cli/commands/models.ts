import { Command } from 'commander';
import { ControlClient } from '../control-client.ts';
import { formatTable } from '../format-table.ts';
import { pathSegment } from '../path-segment.ts';
import { print } from '../print.ts';
import { pushModel } from '../push-model.ts';
import { findTarget } from '../target.ts';

interface Summary {
  readonly model: string;
  readonly liveVersion?: string;
  readonly task: string;
  readonly description: string;
}
interface Version {
  readonly version: string;
  readonly state: string;
  readonly reason?: string;
  readonly createdAt: string;
  readonly files: Readonly<Record<string, { readonly sha256: string; readonly sizeBytes: number }>>;
}

/** Where a model for GPUs is served. */
interface Endpoint {
  readonly name: string;
  /** SageMaker's word, `absent`, or `unknown` when SageMaker could not be asked. */
  readonly status: string;
  readonly reason?: string;
}
interface Shown {
  readonly liveVersion?: string;
  readonly versions: readonly Version[];
  readonly endpoint?: Endpoint;
}

/** `maas models push|list|show` */
export function modelsCommand(): Command {
  const models = new Command('models').description('register models, list them and show their versions');

  models
    .command('push <folder>')
    .description('register the model in a folder (its model.json), check it in the sandbox and make it live')
    .action(async (folder: string, _: unknown, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      const pushed = await pushModel(client, folder, (step) => console.error(step));
      print(
        command,
        pushed,
        () => `${pushed.model} version ${pushed.version} is ${pushed.state}${pushed.live ? ' and live' : ''}`,
      );
    });

  models
    .command('list')
    .description('list the models and their live versions')
    .action(async (_: unknown, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      const answer = await client.call<{ models: Summary[] }>('GET', '/models');
      print(command, answer, () =>
        answer.models.map(({ model, liveVersion, task, description }) => ({
          model,
          live: liveVersion,
          task,
          description,
        })),
      );
    });

  models
    .command('show <model>')
    .description("show a model's versions, newest first")
    .action(async (model: string, _: unknown, command: Command) => {
      const client = new ControlClient(await findTarget(command));
      const answer = await client.call<Shown>('GET', `/models/${pathSegment('model', model)}`);
      print(command, answer, () =>
        [versionsTable(answer), ...(answer.endpoint === undefined ? [] : ['', endpointLine(answer.endpoint)])].join(
          '\n',
        ),
      );
    });

  return models;
}

const versionsTable = ({ versions, liveVersion }: Shown): string =>
  formatTable(
    versions.map(({ version, state, files, createdAt, reason }) => ({
      version,
      live: version === liveVersion ? 'yes' : undefined,
      state,
      bytes: Object.values(files).reduce((sum, file) => sum + file.sizeBytes, 0),
      created: createdAt,
      reason,
    })),
  );

const endpointLine = ({ name, status, reason }: Endpoint): string =>
  `endpoint ${name} is ${status}${reason === undefined ? '' : `: ${reason}`}`;
