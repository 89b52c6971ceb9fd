import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';

/** A function's entry point. */
export type Handler = (event: unknown, context: object) => unknown;

/** A handler that cannot be had, with the error type that AWS's runtime gives it. */
export class HandlerError extends Error {
  readonly errorType: string;

  constructor(errorType: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.errorType = errorType;
  }
}

/**
 * Loads `folder/file.name` from the task root: `index.handler` is the export `handler` of `index.js`, `index.mjs` or `index.cjs`.
 * @throws HandlerError for a handler that is not there; else what loading the module throws
 * @see https://docs.aws.amazon.com/lambda/latest/dg/nodejs-handler.html
 */
export function loadHandler(taskRoot: string, handler: string): Handler {
  const [, path, name] = /^([^.]+)\.([^.]+)$/.exec(handler) ?? [];
  if (path === undefined || name === undefined) {
    throw new HandlerError('Runtime.MalformedHandlerName', `${handler} is not of the form file.function`);
  }
  const stem = resolve(taskRoot, path);
  const file = ['.js', '.mjs', '.cjs'].map((extension) => stem + extension).find((candidate) => existsSync(candidate));
  if (file === undefined) throw new HandlerError('Runtime.ImportModuleError', `Error: Cannot find module '${path}'`);

  const module: Record<string, unknown> = load(file);
  const found = module[name];
  if (found === undefined) {
    throw new HandlerError('Runtime.HandlerNotFound', `${handler} is undefined or not exported`);
  }
  if (typeof found !== 'function') throw new HandlerError('Runtime.HandlerNotFound', `${handler} is not a function`);
  if (found.length >= 3) {
    throw new HandlerError(
      'Runtime.CallbackHandlerDeprecated',
      'a handler that takes a callback is not supported from Node.js 24 on: return a promise instead',
    );
  }
  return found as Handler;
}

function load(file: string): Record<string, unknown> {
  try {
    return createRequire(file)(file) as Record<string, unknown>;
  } catch (error) {
    const type = importErrorTypes[(error as NodeJS.ErrnoException).code ?? ''];
    if (type !== undefined) throw new HandlerError(type, String(error), { cause: error });
    if (error instanceof SyntaxError)
      throw new HandlerError('Runtime.UserCodeSyntaxError', String(error), { cause: error });
    throw error;
  }
}

const importErrorTypes: Readonly<Record<string, string>> = {
  MODULE_NOT_FOUND: 'Runtime.ImportModuleError',
  ERR_MODULE_NOT_FOUND: 'Runtime.ImportModuleError',
};
