import { describe, expect, it } from 'vitest';
import { modelRoleReads } from '../../../infra/rules/model-role-reads.ts';

const role = (service: string) => ({
  Type: 'AWS::IAM::Role',
  Properties: { AssumeRolePolicyDocument: { Statement: [{ Principal: { Service: service } }] } },
});
const bucket = (keys: string) => ({ 'Fn::Join': ['', ['arn:aws:s3:::', { Ref: 'Bucket' }, `/${keys}`]] });
const read = (...resources: unknown[]) => ({ Effect: 'Allow', Action: 's3:GetObject', Resource: resources });
const found = (statements: readonly object[], service = 'sagemaker.amazonaws.com') =>
  modelRoleReads
    .check({
      Resources: {
        Role: role(service),
        Policy: {
          Type: 'AWS::IAM::Policy',
          Properties: { Roles: [{ Ref: 'Role' }], PolicyDocument: { Statement: statements } },
        },
      },
    })
    .map(({ location }) => location.replace('Properties/PolicyDocument/Statement/', ''));
const list = (prefix: string) => ({
  Effect: 'Allow',
  Action: 's3:ListBucket',
  Resource: { Ref: 'Bucket' },
  Condition: { StringLike: { 's3:prefix': [prefix] } },
});

describe('model-role-reads', () => {
  it.each([
    { case: 'one archive', statements: [read(bucket('abc.tar.gz'))] },
    { case: 'all archives of the shared endpoint', statements: [read(bucket('multi-model/*')), list('multi-model/*')] },
    {
      case: 'an archive and the inputs of its queue',
      statements: [read(bucket('a.tar.gz'), bucket('asynchronous/a/inputs/*'))],
    },
    { case: 'writing', statements: [{ ...read(bucket('capture/a/*')), Action: 's3:PutObject' }] },
  ])('accepts $case', ({ statements }) => {
    expect(found(statements)).toEqual([]);
  });

  it.each([
    { case: 'the whole bucket of assets', statements: [read(bucket('*'))], at: ['0/Resource'] },
    { case: 'a second archive', statements: [read(bucket('a.tar.gz')), read(bucket('b.tar.gz'))], at: ['1/Resource'] },
    {
      case: 'an archive and those of all others',
      statements: [read(bucket('a.tar.gz'), bucket('multi-model/*'))],
      at: ['0/Resource'],
    },
    { case: 'what tenants were answered', statements: [read(bucket('asynchronous/a/outputs/*'))], at: ['0/Resource'] },
    { case: 'the artifacts', statements: [read(bucket('sha256/*'))], at: ['0/Resource'] },
    { case: 'a list of the bucket', statements: [{ ...list('x'), Condition: undefined }], at: ['0/Resource'] },
    { case: 'a list of something else', statements: [list('sha256/*')], at: ['0/Resource'] },
  ])('finds $case', ({ statements, at }) => {
    expect(found(statements)).toEqual(at);
  });

  it('leaves the roles of functions to the other rules', () => {
    expect(found([read(bucket('sha256/*'))], 'lambda.amazonaws.com')).toEqual([]);
  });
});
