/** As much of a model's message as is looked at, and as much as a tenant is told. */
const [readMax, saidMax] = [2000, 300];
const address = /arn:[^\s'"]+|[^\s'"()[\]{}<>,;]*[/\\][^\s'"()[\]{}<>,;]*/g;

/**
 * What a model's container said, fit for the tenant: the `error` of its JSON or its text, on one line, without anything that looks like a
 * path or an address, which tell of the host and of the model's inside.
 *
 * @param originalMessage the body of the container's answer
 * @param charactersMax of the result; an operator may be told more
 */
export const modelWords = (originalMessage: string, charactersMax = saidMax): string =>
  said(originalMessage)
    .slice(0, readMax)
    .replaceAll(address, '…')
    .replaceAll(/[\s\p{C}]+/gu, ' ')
    .trim()
    .slice(0, charactersMax)
    .toWellFormed() || 'it gives no reason';

function said(originalMessage: string): string {
  try {
    const { error } = Object(JSON.parse(originalMessage)) as { readonly error?: unknown };
    return typeof error === 'string' ? error : '';
  } catch {
    return originalMessage;
  }
}
