import { describe, expect, it } from 'vitest';
import { resource, resources } from './resources.ts';
import { settingsOf, synthesize } from './synthesize.ts';

const prod = synthesize({ ...settingsOf('prod'), alertEmail: 'ops@example.com' });
const { gpu, terminationProtection: _, ...others } = prod;
const templates = [...Object.values(others), ...Object.values(gpu)];
const alarms = templates.flatMap((template) => resources(template, 'AWS::CloudWatch::Alarm').map(([, found]) => found));

describe('what calls people', () => {
  it('is one topic, which every alarm tells, but for those that start instances', () => {
    const actions = alarms.map(({ Properties }) => JSON.stringify(Properties['AlarmActions']));
    const telling = actions.filter((action) => action?.includes('Alerts'));
    expect(telling.length).toBeGreaterThan(6);
    for (const action of actions) expect(action).toMatch(/Alerts|"Ref":"\w*WakeUp/);
  });

  it('is encrypted with the platform’s key, which CloudWatch may use for alarms of this account alone', () => {
    const key = resource(prod.data, 'AWS::KMS::Key', /\/Key\//);
    const [[keyId] = ['']] = resources(prod.data, 'AWS::KMS::Key');
    const topic = resource(prod.data, 'AWS::SNS::Topic', /Alerts/);
    expect(topic.Properties['KmsMasterKeyId']).toEqual({ 'Fn::GetAtt': [keyId, 'Arn'] });
    const fromHere = { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } };
    expect(key.Properties['KeyPolicy'].Statement).toContainEqual({
      Effect: 'Allow',
      Principal: { Service: 'cloudwatch.amazonaws.com' },
      Action: ['kms:Decrypt', 'kms:GenerateDataKey*'],
      Resource: '*',
      Condition: fromHere,
    });
    const policy = resource(prod.data, 'AWS::SNS::TopicPolicy', /Alerts/);
    const statements = policy.Properties['PolicyDocument'].Statement as readonly { readonly Effect: string }[];
    expect(statements.filter(({ Effect }) => Effect === 'Allow')).toMatchObject([
      { Principal: { Service: 'cloudwatch.amazonaws.com' }, Action: 'sns:Publish', Condition: fromHere },
    ]);
  });

  it('mails whom the stage’s settings name, and nobody else', () => {
    const subscriptions = resources(prod.data, 'AWS::SNS::Subscription').map(([, found]) => found.Properties);
    expect(subscriptions).toMatchObject([{ Protocol: 'email', Endpoint: 'ops@example.com' }]);
    expect(resources(synthesize(settingsOf('dev')).data, 'AWS::SNS::Subscription')).toEqual([]);
  });
});
