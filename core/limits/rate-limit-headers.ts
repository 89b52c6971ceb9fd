import type { Policy } from './policy-of.ts';

/** How much of a policy is left. */
export interface Remainder {
  readonly policy: Policy;
  /** Units. */
  readonly left: number;
  /** Until there is more: for a refused request the moment of `Retry-After`. Absent where nobody knows it. */
  readonly resetSeconds?: number;
}

/**
 * The fields `RateLimit-Policy`, which lists all limits, and `RateLimit`, which says how much is left of the one that is nearest to its end.
 * Structured fields (RFC 9651), by draft 11; `requests` and `concurrent-requests` are registered units, the others ours.
 *
 * @see https://datatracker.ietf.org/doc/html/draft-ietf-httpapi-ratelimit-headers-11
 */
export function rateLimitHeaders(remainders: readonly Remainder[]): Readonly<Record<string, string>> {
  const [first, ...others] = remainders;
  if (first === undefined) return {};
  const nearest = others.reduce((least, each) => (share(each) < share(least) ? each : least), first);
  return {
    'ratelimit-policy': remainders.map(({ policy }) => described(policy)).join(', '),
    ratelimit: remaining(nearest),
  };
}

/** How much of one policy is left, as the field `RateLimit` says it. */
export const remaining = ({ policy, left, resetSeconds }: Remainder): string =>
  `"${policy.name}";r=${Math.max(0, left)}${resetSeconds === undefined ? '' : `;t=${resetSeconds}`}`;

const described = ({ name, quota, unit, windowSeconds }: Policy): string =>
  `"${name}";q=${quota};qu="${unit}"${windowSeconds === undefined ? '' : `;w=${windowSeconds}`}`;

const share = ({ policy, left }: Remainder): number => left / policy.quota;
