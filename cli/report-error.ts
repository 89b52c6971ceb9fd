import { CliError } from './cli-error.ts';

/** Prints an error to stderr: what to do for those that the operator can put right, the stack for the others. */
export function reportError(error: unknown, json: boolean): void {
  const expected = error instanceof CliError;
  const message = error instanceof Error ? error.message : String(error);
  if (json) {
    const status = expected ? error.status : undefined;
    console.error(JSON.stringify({ error: message, ...(status === undefined ? {} : { status }) }));
  } else if (expected) {
    console.error(`maas: ${message}`);
  } else {
    console.error(error);
  }
}
