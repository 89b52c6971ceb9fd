import { type AwsAnswer, type AwsCall, AwsError, type AwsService } from '../endpoint/aws-call.ts';
import { authorize } from '../iam/authorize.ts';
import { filterInput, filterLogEvents } from './filter-log-events.ts';
import type { LogGroups } from './log-groups.ts';
import { refusals } from './refusals.ts';

interface Surroundings {
  readonly region: string;
  readonly account: string;
  readonly groups: LogGroups;
  /** Brings all lines into their files that are still on their way. */
  readonly flush: () => void;
}

/** CloudWatch Logs behind the endpoint: FilterLogEvents, in the JSON protocol. https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html */
export const logsService = ({ region, account, groups, flush }: Surroundings): AwsService => ({
  signingName: 'logs',
  handle: async (call) => {
    const target = (call.headers['x-amz-target'] ?? '').slice(0, 100);
    if (target !== 'Logs_20140328.FilterLogEvents') {
      throw new AwsError('NotImplemented', 501, `"${target}" is not part of the local cloud's CloudWatch Logs.`);
    }
    const { data: input, error } = filterInput.safeParse(inputOf(call));
    if (input === undefined) {
      const [issue] = error.issues;
      throw refusals.invalid(`${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim());
    }
    const prefix = `arn:aws:logs:${region}:${account}:log-group:`;
    const name = groupName(prefix, input.logGroupName, input.logGroupIdentifier);
    authorize(
      // As AWS names it in its own refusals: a policy for the group's ARN, which ends in `:*`, matches.
      { principal: call.principal, action: 'logs:FilterLogEvents', resource: `${prefix}${name}:log-stream:` },
      { code: 'AccessDeniedException', status: 400 },
    );
    flush();
    if (!groups.has(name)) throw refusals.noGroup();
    return answer(200, filterLogEvents(groups, name, input));
  },
  renderError: ({ code, status, message }) => answer(status, { __type: code, message }),
});

function groupName(prefix: string, name: string | undefined, identifier: string | undefined): string {
  const given = name ?? identifier;
  if (given === undefined || (name !== undefined && identifier !== undefined)) {
    throw refusals.invalid('Specify either logGroupName or logGroupIdentifier, and not both.');
  }
  const plain = given === identifier && given.startsWith(prefix) ? given.slice(prefix.length) : given;
  if (!/^[\w.\-/#]{1,512}$/.test(plain)) throw refusals.invalid(`"${plain.slice(0, 100)}" names no log group.`);
  return plain;
}

function inputOf({ body }: AwsCall): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw refusals.invalid('The body is not JSON.');
  }
}

const answer = (status: number, output: object): AwsAnswer => ({
  status,
  headers: { 'content-type': 'application/x-amz-json-1.1' },
  body: JSON.stringify(output),
});
