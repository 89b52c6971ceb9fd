import { describe, expect, it } from 'vitest';
import type * as z from 'zod';
import type { ResourceType } from '../../../local/cloudformation/resource-type.ts';
import { evaluate } from '../../../local/iam/evaluate.ts';
import { managedPolicyResource } from '../../../local/iam/managed-policy-resource.ts';
import { policyResource } from '../../../local/iam/policy-resource.ts';
import { roleResource } from '../../../local/iam/role-resource.ts';
import { Roles } from '../../../local/iam/roles.ts';

const account = '123456789012';
const trust = {
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
};
const policy = (action: string) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Action: action, Resource: '*' }],
});

/** Declares a resource as a template would: its properties are parsed first. */
const declare = <Schema extends z.ZodType>(type: ResourceType<Schema>, physicalId: string, properties: unknown) =>
  type.create({
    stack: 'stack',
    logicalId: physicalId,
    physicalId,
    properties: type.properties.parse(properties),
    region: 'eu-central-1',
    account,
  });

const may = (roles: Roles, roleArn: string, action: string) =>
  evaluate({ principal: roles.assume(roleArn, 'lambda.amazonaws.com', 'fn'), action, resource: '*' }).allowed;

describe('a role', () => {
  it('is referred to by name, has an ARN, and is assumed by the service that it trusts', async () => {
    const roles = new Roles(account);
    const { ref, attributes } = await declare(roleResource(roles), 'stack-role-1', { AssumeRolePolicyDocument: trust });
    expect(ref).toBe('stack-role-1');
    expect(attributes['Arn']).toBe(`arn:aws:iam::${account}:role/stack-role-1`);
    const principal = roles.assume(attributes['Arn'] ?? '', 'lambda.amazonaws.com', 'fn');
    expect(principal).toMatchObject({
      arn: `arn:aws:sts::${account}:assumed-role/stack-role-1/fn`,
      roleArn: attributes['Arn'],
    });
  });

  it('is not assumed by another service, nor when it does not exist', async () => {
    const roles = new Roles(account);
    const { attributes } = await declare(roleResource(roles), 'r', { AssumeRolePolicyDocument: trust });
    for (const [arn, service] of [
      [attributes['Arn'] ?? '', 'events.amazonaws.com'],
      [`arn:aws:iam::${account}:role/none`, 'lambda.amazonaws.com'],
    ] as const) {
      expect(() => roles.assume(arn, service, 's')).toThrow(
        expect.objectContaining({ code: 'AccessDenied', message: expect.stringContaining('sts:AssumeRole') }),
      );
    }
  });

  it('may do what its inline, attached and managed policies allow', async () => {
    const roles = new Roles(account);
    const managed = await declare(managedPolicyResource(roles), 'mp', { PolicyDocument: policy('sqs:SendMessage') });
    const { ref, attributes } = await declare(roleResource(roles), 'r', {
      Path: '/app/',
      AssumeRolePolicyDocument: trust,
      Policies: [{ PolicyName: 'inline', PolicyDocument: policy('s3:GetObject') }],
      ManagedPolicyArns: ['arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole', managed.ref],
    });
    const arn = attributes['Arn'] ?? '';
    expect(arn).toBe(`arn:aws:iam::${account}:role/app/r`);
    expect(may(roles, arn, 's3:GetObject')).toBe(true);
    expect(may(roles, arn, 'logs:PutLogEvents')).toBe(true);
    expect(may(roles, arn, 'sqs:SendMessage')).toBe(true);
    expect(may(roles, arn, 'dynamodb:GetItem')).toBe(false);
    await declare(policyResource(roles), 'p', {
      PolicyName: 'default',
      PolicyDocument: policy('dynamodb:GetItem'),
      Roles: [ref],
    });
    expect(may(roles, arn, 'dynamodb:GetItem')).toBe(true);
  });

  it('holds as much as IAM lets it, and is refused more in its words', async () => {
    const roles = new Roles(account);
    /** A policy, or with a principal a trust policy, of so many characters. */
    const sized = (length: number, base: ReturnType<typeof policy> | typeof trust = policy('s3:GetObject')) => {
      const padded = (Sid: string) => ({ ...base, Statement: base.Statement.map((each) => ({ ...each, Sid })) });
      return padded('x'.repeat(length - JSON.stringify(padded('')).length));
    };
    const role = (AssumeRolePolicyDocument: object, more: object = {}) =>
      declare(roleResource(roles), 'r', { AssumeRolePolicyDocument, ...more });
    const { ref } = await role(sized(2048, trust), { Policies: [{ PolicyName: 'a', PolicyDocument: sized(5000) }] });
    const inline = (PolicyName: string, length: number) =>
      declare(policyResource(roles), PolicyName, { PolicyName, PolicyDocument: sized(length), Roles: [ref] });
    await inline('b', 5240);
    await inline('b', 5240);
    const managed = (name: string, length: number) =>
      declare(managedPolicyResource(roles), name, { PolicyDocument: sized(length), Roles: [ref] });
    for (let at = 0; at < 10; at += 1) await managed(`m${at}`, 6144);
    for (const [refused, message] of [
      [() => role(sized(2049, trust)), 'Cannot exceed quota for ACLSizePerRole: 2048'],
      [() => inline('b', 5241), 'Maximum policy size of 10240 bytes exceeded for role r'],
      [() => managed('m9', 6145), 'Cannot exceed quota for PolicySize: 6144'],
      [() => managed('m10', 200), 'Cannot exceed quota for PoliciesPerRole: 10'],
    ] as const) {
      await expect(refused()).rejects.toMatchObject({ code: 'LimitExceeded', status: 409, message });
    }
  });

  it('loses what a later template no longer gives', async () => {
    const roles = new Roles(account);
    const { attributes } = await declare(roleResource(roles), 'r', {
      AssumeRolePolicyDocument: trust,
      Policies: [{ PolicyName: 'p', PolicyDocument: policy('s3:*') }],
    });
    const session = roles.assume(attributes['Arn'] ?? '', 'lambda.amazonaws.com', 'fn');
    await declare(roleResource(roles), 'r', { AssumeRolePolicyDocument: trust });
    expect(may(roles, attributes['Arn'] ?? '', 's3:GetObject')).toBe(false);
    expect(session.policies).toHaveLength(0);
  });
});

describe('a template that asks for what is not there', () => {
  it('is an error that names the managed policy', async () => {
    const arn = 'arn:aws:iam::aws:policy/AdministratorAccess';
    await expect(
      declare(roleResource(new Roles(account)), 'r', { AssumeRolePolicyDocument: trust, ManagedPolicyArns: [arn] }),
    ).rejects.toThrow(arn);
  });

  it('is an error that names the role', async () => {
    await expect(
      declare(policyResource(new Roles(account)), 'p', {
        PolicyName: 'p',
        PolicyDocument: policy('s3:*'),
        Roles: ['missing-role'],
      }),
    ).rejects.toThrow('missing-role');
  });

  it('is an error that names the operator or the property', () => {
    const { properties } = roleResource(new Roles(account));
    const conditional = {
      ...trust,
      Statement: [{ ...trust.Statement[0], Condition: { StringResembles: { 'aws:x': 'y' } } }],
    };
    expect(() => properties.parse({ AssumeRolePolicyDocument: conditional })).toThrow('StringResembles');
    expect(() => properties.parse({ AssumeRolePolicyDocument: trust, PermissionsBoundary: 'arn' })).toThrow(
      'PermissionsBoundary',
    );
  });
});
