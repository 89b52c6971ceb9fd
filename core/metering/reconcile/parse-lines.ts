import * as z from 'zod/mini';
import { findRoute } from '../../api/find-route.ts';
import { shortRequestId } from '../short-request-id.ts';
import type { LogLine } from './log-lines.ts';
import type { AnsweredRequest, LoggedRequest, RequestIds } from './request-record.ts';

const ids = {
  requestId: z.string().check(z.minLength(1)),
  extendedRequestId: z.optional(z.string()),
  tenant: z.string().check(z.regex(/^[a-z0-9]/)),
};

/** As the template has the gateway write it; every value is a string, and `-` where there is none. */
const accessLine = z.object({
  ...ids,
  httpMethod: z.string(),
  resourcePath: z.string(),
  status: z.string().check(z.regex(/^\d{3}$/)),
});

const requestLine = z.object({
  ...ids,
  event: z.uuidv7(),
  replayed: z.optional(z.boolean()),
});

/** A line of the tenant API's access log. Undefined when it tells of no request of a tenant to a billable route. */
export function answeredRequest({ ms, text }: LogLine): AnsweredRequest | undefined {
  const { data } = accessLine.safeParse(parsed(text));
  if (data === undefined) return undefined;
  const { httpMethod, resourcePath, status } = data;
  if (findRoute('tenant', httpMethod, resourcePath)?.route.billable !== true) return undefined;
  return { source: 'gateway', ...idsOf(data), ms, status: Number(status) };
}

/** A line of a function's log. Undefined when it tells of no request that was answered with a usage event. */
export function loggedRequest({ text }: LogLine): LoggedRequest | undefined {
  const { data } = requestLine.safeParse(parsed(text));
  if (data === undefined) return undefined;
  const { event, replayed = false } = data;
  return { source: 'function', ...idsOf(data), event, replayed };
}

const idsOf = ({ tenant, requestId, extendedRequestId = '-' }: z.infer<z.ZodMiniObject<typeof ids>>): RequestIds => ({
  tenant,
  // As the event has it.
  requestId: shortRequestId(requestId),
  ...(extendedRequestId === '-' ? {} : { extendedRequestId }),
});

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
