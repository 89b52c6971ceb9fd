// biome-ignore-all lint/suspicious/noTemplateCurlyInString: IAM's policy variables look like this.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { AccessRequest } from '../../../local/iam/access-request.ts';
import { anonymous } from '../../../local/iam/anonymous.ts';
import { authorize } from '../../../local/iam/authorize.ts';
import { evaluate } from '../../../local/iam/evaluate.ts';
import type { PolicyDocument, PolicyStatement, Principal } from '../../../local/iam/principal.ts';
import { servicePrincipal } from '../../../local/iam/service-principal.ts';

const account = '123456789012';
const table = `arn:aws:dynamodb:eu-central-1:${account}:table/orders`;
const policy = (...Statement: PolicyStatement[]): PolicyDocument => ({ Version: '2012-10-17', Statement });
const allow = (Action: string | string[], Resource: string | string[], more: Partial<PolicyStatement> = {}) =>
  ({ Effect: 'Allow', Action, Resource, ...more }) satisfies PolicyStatement;
const deny = (Action: string | string[], Resource: string | string[], more: Partial<PolicyStatement> = {}) =>
  ({ Effect: 'Deny', Action, Resource, ...more }) satisfies PolicyStatement;

const role = (...policies: PolicyDocument[]): Principal => ({
  arn: `arn:aws:sts::${account}:assumed-role/worker/session`,
  account,
  roleArn: `arn:aws:iam::${account}:role/worker`,
  policies,
});

const ask = (principal: Principal, more: Partial<AccessRequest> = {}) =>
  evaluate({ principal, action: 'dynamodb:GetItem', resource: table, ...more });

describe('identity-based policies', () => {
  it('deny what no statement allows', () => {
    expect(ask(role())).toEqual({
      allowed: false,
      reason: 'because no identity-based policy allows the dynamodb:GetItem action',
    });
    expect(ask(role(policy(allow('dynamodb:PutItem', table)))).allowed).toBe(false);
    expect(ask(role(policy(allow('dynamodb:GetItem', `${table}2`)))).allowed).toBe(false);
  });

  it('allow by name and by wildcard, actions without regard to case and resources with it', () => {
    for (const statement of [
      allow('dynamodb:GetItem', table),
      allow('DynamoDB:getitem', table),
      allow('dynamodb:*', '*'),
      allow('*', `arn:aws:dynamodb:*:${account}:table/*`),
      allow(['s3:GetObject', 'dynamodb:Get????'], [`${table}/index/*`, `${table.slice(0, -1)}?`]),
    ]) {
      expect(ask(role(policy(statement))).allowed).toBe(true);
    }
    expect(ask(role(policy(allow('dynamodb:*', table.replace('orders', 'Orders'))))).allowed).toBe(false);
  });

  it('read NotAction and NotResource as everything else', () => {
    const others: PolicyStatement = { Effect: 'Allow', NotAction: ['iam:*', 'dynamodb:Delete*'], Resource: '*' };
    expect(ask(role(policy(others))).allowed).toBe(true);
    expect(ask(role(policy(others)), { action: 'dynamodb:DeleteItem' }).allowed).toBe(false);
    const elsewhere: PolicyStatement = { Effect: 'Allow', Action: '*', NotResource: `${table}*` };
    expect(ask(role(policy(elsewhere))).allowed).toBe(false);
    expect(ask(role(policy(elsewhere)), { resource: `${table.slice(0, -6)}users` }).allowed).toBe(true);
  });

  it('fill in policy variables, whose values are never wildcards', () => {
    const own = policy(allow('dynamodb:GetItem', 'arn:aws:s3:::home/${aws:username}/*'));
    const user = (name: string): Principal => ({
      arn: `arn:aws:iam::${account}:user/${name}`,
      account,
      policies: [own],
    });
    expect(ask(user('ann'), { resource: 'arn:aws:s3:::home/ann/x' }).allowed).toBe(true);
    expect(ask(user('ann'), { resource: 'arn:aws:s3:::home/bob/x' }).allowed).toBe(false);
    expect(ask(user('*'), { resource: 'arn:aws:s3:::home/bob/x' }).allowed).toBe(false);
    // A role has no user name, and without a default the statement stays out.
    expect(ask(role(own), { resource: 'arn:aws:s3:::home//x' }).allowed).toBe(false);
    const fallback = policy(allow('*', "arn:aws:s3:::home/${aws:username, 'shared'}/*"));
    expect(ask(role(fallback), { resource: 'arn:aws:s3:::home/shared/x' }).allowed).toBe(true);
    const literal = policy(allow('*', 'arn:aws:s3:::home/${*}'));
    expect(ask(role(literal), { resource: 'arn:aws:s3:::home/x' }).allowed).toBe(false);
    expect(ask(role(literal), { resource: 'arn:aws:s3:::home/*' }).allowed).toBe(true);
  });

  it('of a version without variables take them as text', () => {
    const old: PolicyDocument = { Statement: allow('*', 'arn:aws:s3:::b/${aws:username}') };
    expect(ask(role(old), { resource: 'arn:aws:s3:::b/${aws:username}' }).allowed).toBe(true);
  });

  it('lose to any explicit deny, wherever it stands', () => {
    const statement = fc.record({
      Effect: fc.constantFrom<'Allow' | 'Deny'>('Allow', 'Deny'),
      Action: fc.constantFrom('dynamodb:GetItem', 'dynamodb:*', '*', 's3:*'),
      Resource: fc.constantFrom(table, '*', `${table}/index/x`),
    });
    fc.assert(
      fc.property(fc.array(fc.array(statement, { maxLength: 4 }), { maxLength: 3 }), (documents) => {
        const matching = documents.flat().filter((each) => each.Action !== 's3:*' && !each.Resource.endsWith('x'));
        const expected =
          matching.some((each) => each.Effect === 'Allow') && !matching.some((each) => each.Effect === 'Deny');
        expect(ask(role(...documents.map((each) => policy(...each)))).allowed).toBe(expected);
      }),
    );
    const denied = ask(role(policy(allow('*', '*')), policy(deny('dynamodb:*', '*'))));
    expect(denied.reason).toBe('with an explicit deny in an identity-based policy');
  });

  it('are evaluated anew for each request where a condition decides', () => {
    const conditional = role(policy(allow('*', '*', { Condition: { StringEquals: { 'x:tier': 'gold' } } })));
    expect(ask(conditional, { context: { 'X:Tier': 'gold' } }).allowed).toBe(true);
    expect(ask(conditional, { context: { 'x:tier': 'iron' } }).allowed).toBe(false);
    expect(ask(conditional).allowed).toBe(false);
  });
});

describe('resource-based policies', () => {
  const named = (AWS: string | string[]) => policy(allow('*', '*', { Principal: { AWS } }));

  it('allow whom they name, without an identity-based policy', () => {
    for (const name of [
      '*',
      `arn:aws:iam::${account}:role/worker`,
      `arn:aws:sts::${account}:assumed-role/worker/session`,
    ]) {
      expect(ask(role(), { resourcePolicy: named(name) }).allowed).toBe(true);
    }
    expect(ask(role(), { resourcePolicy: named(`arn:aws:iam::${account}:role/other`) }).allowed).toBe(false);
    expect(ask(role(), { resourcePolicy: policy(allow('*', '*', { Principal: '*' })) }).allowed).toBe(true);
  });

  it('that name the account leave it to the identity-based policies', () => {
    const resourcePolicy = named([`arn:aws:iam::${account}:root`]);
    expect(ask(role(), { resourcePolicy }).allowed).toBe(false);
    expect(ask(role(policy(allow('*', '*'))), { resourcePolicy }).allowed).toBe(true);
  });

  it('are not needed within the account, except where the resource insists', () => {
    const trusted = role(policy(allow('*', '*')));
    const resourcePolicy = named(`arn:aws:iam::${account}:role/other`);
    expect(ask(trusted, { resourcePolicy }).allowed).toBe(true);
    expect(ask(trusted, { resourcePolicy, resourcePolicyRequired: true })).toEqual({
      allowed: false,
      reason: 'because no resource-based policy allows the dynamodb:GetItem action',
    });
    expect(ask(trusted, { resourcePolicyRequired: true }).allowed).toBe(false);
    expect(ask(trusted, { resourcePolicy: named(account), resourcePolicyRequired: true }).allowed).toBe(true);
  });

  it('deny against any identity-based allow', () => {
    const resourcePolicy = policy(
      deny('*', '*', { Principal: '*', Condition: { Bool: { 'aws:SecureTransport': 'false' } } }),
    );
    const trusted = role(policy(allow('*', '*')));
    expect(ask(trusted, { resourcePolicy }).allowed).toBe(true);
    expect(ask(trusted, { resourcePolicy, context: { 'aws:SecureTransport': 'false' } }).reason).toBe(
      'with an explicit deny in a resource-based policy',
    );
  });

  it('spare whom NotPrincipal names', () => {
    const resourcePolicy = policy({
      Effect: 'Deny',
      Action: '*',
      Resource: '*',
      NotPrincipal: { AWS: `arn:aws:iam::${account}:role/worker` },
    });
    const everything = policy(allow('*', '*'));
    expect(ask(role(everything), { resourcePolicy }).allowed).toBe(true);
    const other = {
      ...role(everything),
      arn: `arn:aws:sts::${account}:assumed-role/o/s`,
      roleArn: `arn:aws:iam::${account}:role/o`,
    };
    expect(ask(other, { resourcePolicy }).allowed).toBe(false);
  });

  it('let services in by name and on condition', () => {
    const resourcePolicy = policy(
      allow('lambda:InvokeFunction', '*', {
        Principal: { Service: 'apigateway.amazonaws.com' },
        Condition: { ArnLike: { 'AWS:SourceArn': `arn:aws:execute-api:eu-central-1:${account}:api1/*/GET/x` } },
      }),
    );
    const invoke = (service: string, source: string) =>
      ask(servicePrincipal(service, account), {
        action: 'lambda:InvokeFunction',
        resourcePolicy,
        context: { 'aws:SourceArn': `arn:aws:execute-api:eu-central-1:${account}:${source}` },
      });
    expect(invoke('apigateway.amazonaws.com', 'api1/prod/GET/x').allowed).toBe(true);
    expect(invoke('apigateway.amazonaws.com', 'api2/prod/GET/x').allowed).toBe(false);
    expect(invoke('events.amazonaws.com', 'api1/prod/GET/x')).toEqual({
      allowed: false,
      reason: 'because no resource-based policy allows the lambda:InvokeFunction action',
    });
  });

  it('let nobody unknown in unless they are for everybody', () => {
    expect(ask(anonymous, { resourcePolicy: named(account) }).allowed).toBe(false);
    expect(ask(anonymous, { resourcePolicy: policy(allow('*', '*', { Principal: '*' })) }).allowed).toBe(true);
    expect(ask(anonymous).allowed).toBe(false);
  });
});

describe('a refusal', () => {
  it("has AWS's wording and the service's spelling", () => {
    const request = { principal: role(), action: 'dynamodb:PutItem', resource: table };
    expect(() => authorize(request)).toThrow(
      expect.objectContaining({
        code: 'AccessDenied',
        status: 403,
        message:
          `User: arn:aws:sts::${account}:assumed-role/worker/session is not authorized to perform: dynamodb:PutItem ` +
          `on resource: ${table} because no identity-based policy allows the dynamodb:PutItem action`,
      }),
    );
    expect(() => authorize(request, { code: 'AccessDeniedException', status: 400 })).toThrow(
      expect.objectContaining({ code: 'AccessDeniedException', status: 400 }),
    );
  });
});

describe('a policy that cannot be honoured', () => {
  it.each<[string, PolicyStatement]>([
    ['an unknown operator', allow('*', '*', { Condition: { StringResembles: { a: 'b' } } })],
    ['an unknown qualifier', allow('*', '*', { Condition: { 'ForSomeValues:StringEquals': { a: 'b' } } })],
    ['a number that is none', allow('*', '*', { Condition: { NumericEquals: { a: 'many' } } })],
    ['an address that is none', allow('*', '*', { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0/8' } } })],
    ['no action', { Effect: 'Allow', Resource: '*' }],
    ['no resource', { Effect: 'Allow', Action: '*' }],
    ['both Action and NotAction', { Effect: 'Allow', Action: '*', NotAction: '*', Resource: '*' }],
    ['a principal', allow('*', '*', { Principal: '*' })],
    ['an action without a service', allow('GetItem', '*')],
    ['an unfinished variable', allow('*', 'arn:${aws:username')],
    [
      'a condition key that is not served',
      allow('*', '*', { Condition: { StringEquals: { 'dynamodb:Attributes': 'a' } } }),
    ],
  ])('is an error: %s', (_, statement) => {
    expect(() => ask(role(policy(statement)))).toThrow(expect.objectContaining({ name: 'PolicyError' }));
  });

  it.each<[string, PolicyStatement['Principal']]>([
    ['a wildcard within a name', { AWS: 'arn:aws:iam::123456789012:role/*' }],
    ['another kind of principal', { Federated: 'accounts.example.com' }],
  ])('is an error in a resource-based one: %s', (_, Principal) => {
    expect(() => ask(role(), { resourcePolicy: policy(allow('*', '*', { Principal })) })).toThrow(
      expect.objectContaining({ name: 'PolicyError' }),
    );
  });
});
