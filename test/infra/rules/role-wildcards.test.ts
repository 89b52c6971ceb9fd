import { describe, expect, it } from 'vitest';
import { roleWildcards } from '../../../infra/rules/role-wildcards.ts';

const statement = (change: object) => ({
  Effect: 'Allow',
  Action: 's3:GetObject',
  Resource: 'arn:aws:s3:::b/k',
  ...change,
});
const inPolicy = (change: object) =>
  roleWildcards
    .check({
      Resources: {
        Policy: { Type: 'AWS::IAM::Policy', Properties: { PolicyDocument: { Statement: [statement(change)] } } },
      },
    })
    .map(({ location }) => location.replace('Properties/PolicyDocument/Statement/0/', ''));

const artifacts = { 'Fn::Join': ['', [{ 'Fn::GetAtt': ['Bucket', 'Arn'] }, '/sha256/*']] };

describe('role-wildcards', () => {
  it.each([
    { case: 'named actions on named resources', change: {} },
    { case: 'tracing, which knows no resources', change: { Action: ['xray:PutTraceSegments'], Resource: '*' } },
    { case: 'artifacts by digest', change: { Action: 's3:GetObject', Resource: artifacts } },
    {
      case: 'archives of the shared endpoint',
      change: { Action: ['s3:GetObject', 's3:PutObject'], Resource: 'arn:aws:s3:::b/multi-model/*' },
    },
    {
      case: 'one model’s inputs',
      change: { Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/asynchronous/resnet50/inputs/*' },
    },
    {
      case: 'one model’s captured requests',
      change: { Action: 's3:PutObject', Resource: 'arn:aws:s3:::b/capture/resnet50/*' },
    },
    { case: 'a login to registries', change: { Action: 'ecr:GetAuthorizationToken', Resource: '*' } },
    { case: 'a reference', change: { Resource: [{ 'Fn::GetAtt': ['Table', 'Arn'] }] } },
    { case: 'native keys', change: { Action: 'apigateway:PATCH', Resource: 'arn:aws:apigateway:r::/apikeys/*' } },
    { case: 'a denial, however wide', change: { Effect: 'Deny', Action: '*', Resource: '*' } },
  ])('accepts $case', ({ change }) => {
    expect(inPolicy(change)).toEqual([]);
  });

  it.each([
    { case: 'everything', change: { Resource: '*' }, found: ['Resource'] },
    {
      case: 'more than tracing on everything',
      change: { Action: ['xray:PutTraceSegments', 's3:GetObject'], Resource: '*' },
      found: ['Resource'],
    },
    {
      case: 'a whole bucket',
      change: { Resource: { 'Fn::Join': ['', [{ Ref: 'Bucket' }, '/*']] } },
      found: ['Resource'],
    },
    { case: 'deleting artifacts', change: { Action: 's3:DeleteObject', Resource: artifacts }, found: ['Resource'] },
    {
      case: 'reading native keys',
      change: { Action: 'apigateway:GET', Resource: 'arn:aws:apigateway:r::/apikeys/*' },
      found: ['Resource'],
    },
    {
      case: 'reading what was captured',
      change: { Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/capture/resnet50/*' },
      found: ['Resource'],
    },
    {
      case: 'every model’s inputs',
      change: { Action: 's3:GetObject', Resource: 'arn:aws:s3:::b/asynchronous/*/inputs/*' },
      found: ['Resource'],
    },
    {
      case: 'any image',
      change: { Action: ['ecr:GetAuthorizationToken', 'ecr:BatchGetImage'], Resource: '*' },
      found: ['Resource'],
    },
    {
      case: 'one wide resource among narrow ones',
      change: { Resource: ['arn:aws:s3:::b/k', 'arn:aws:s3:::*'] },
      found: ['Resource'],
    },
    // biome-ignore lint/suspicious/noTemplateCurlyInString: that is how CloudFormation spells it
    { case: 'a wildcard in Fn::Sub', change: { Resource: { 'Fn::Sub': '${Bucket}/*' } }, found: ['Resource'] },
    { case: 'a single-letter wildcard', change: { Resource: 'arn:aws:s3:::b/?' }, found: ['Resource'] },
    { case: 'all actions of a service', change: { Action: 's3:*' }, found: ['Action'] },
    { case: 'all but some actions', change: { Action: undefined, NotAction: 's3:GetObject' }, found: ['Action'] },
    {
      case: 'all but some resources',
      change: { Resource: undefined, NotResource: 'arn:aws:s3:::b' },
      found: ['Resource'],
    },
  ])('finds $case', ({ change, found }) => {
    expect(inPolicy(change)).toEqual(found);
  });

  it("finds them in a role's inline policy and in a managed one too", () => {
    const PolicyDocument = { Statement: statement({ Resource: '*' }) };
    const found = roleWildcards.check({
      Resources: {
        Role: { Type: 'AWS::IAM::Role', Properties: { Policies: [{ PolicyName: 'inline', PolicyDocument }] } },
        Managed: { Type: 'AWS::IAM::ManagedPolicy', Properties: { PolicyDocument } },
      },
    });
    expect(found.map(({ logicalId }) => logicalId).sort()).toEqual(['Managed', 'Role']);
  });
});
