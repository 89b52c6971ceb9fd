/** A part of the request that a template names. */
export interface RequestParameter {
  readonly in: 'header' | 'querystring' | 'path';
  readonly name: string;
}

/** Reads `method.request.header.x-api-key` and its like; undefined for anything else. */
export function parseRequestParameter(expression: string): RequestParameter | undefined {
  const match = /^method\.request\.(header|querystring|path)\.([^\s,]+)$/.exec(expression);
  if (match === null) return undefined;
  return { in: match[1] as RequestParameter['in'], name: match[2] as string };
}
