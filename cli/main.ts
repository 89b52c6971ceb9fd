import { readFileSync } from 'node:fs';
import { Command } from 'commander';
import * as z from 'zod';
import { auditCommand } from './commands/audit.ts';
import { billingCommand } from './commands/billing.ts';
import { creditsCommand } from './commands/credits.ts';
import { exportsCommand } from './commands/exports.ts';
import { invoicesCommand } from './commands/invoices.ts';
import { keysCommand } from './commands/keys.ts';
import { limitsCommand } from './commands/limits.ts';
import { modelsCommand } from './commands/models.ts';
import { pricesCommand } from './commands/prices.ts';
import { startCommand } from './commands/start.ts';
import { tenantsCommand } from './commands/tenants.ts';
import { usageCommand } from './commands/usage.ts';
import { reportError } from './report-error.ts';
import { usageErrorsAsJson } from './usage-errors-as-json.ts';

const { version } = z
  .object({ version: z.string() })
  .parse(JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')));

const program = new Command('maas')
  .version(version)
  .description('Operate a MaaS: tenants, API keys, models, usage, prices and invoices.')
  .option('--json', 'print JSON instead of tables')
  .option('--stage <name>', 'talk to this stage in AWS (its stack maas-<stage>-api) instead of the local cloud')
  .option('--profile <name>', 'AWS profile of the shared configuration files')
  .option('--region <name>', 'AWS region of the stacks')
  .addHelpText(
    'after',
    `
Without --stage, --profile or --region the commands talk to the cloud that "npm start" runs on this machine,
found through $MAAS_DATA or the nearest .maas folder upwards from here.`,
  )
  .showHelpAfterError('(run "maas --help" for the commands)');

for (const command of [
  startCommand(),
  tenantsCommand(),
  keysCommand(),
  auditCommand(),
  limitsCommand(),
  modelsCommand(),
  usageCommand(),
  billingCommand(),
  pricesCommand(),
  invoicesCommand(),
  creditsCommand(),
  exportsCommand(),
]) {
  program.addCommand(command);
}

// Looked for by hand, since what is wrong may stand before it.
if (process.argv.includes('--json')) usageErrorsAsJson(program);

try {
  await program.parseAsync();
} catch (error) {
  reportError(error, program.opts<{ json?: boolean }>().json === true);
  process.exitCode = 1;
}
