import { describe, expect, it } from 'vitest';
import type { PolicyDocument, Principal } from '../../../local/iam/principal.ts';
import { aliasResource } from '../../../local/kms/alias-resource.ts';
import { keyResource } from '../../../local/kms/key-resource.ts';
import { Keys } from '../../../local/kms/keys.ts';

const region = 'eu-central-1';
const account = '123456789012';

const role = (...policies: PolicyDocument[]): Principal => ({
  arn: `arn:aws:sts::${account}:assumed-role/worker/s`,
  account,
  roleArn: `arn:aws:iam::${account}:role/worker`,
  policies,
});
const granted = (Resource: string): PolicyDocument => ({
  Version: '2012-10-17',
  Statement: { Effect: 'Allow', Action: 'kms:Decrypt', Resource },
});
const keyPolicy = (Principal: unknown, more: object = {}) => ({
  Version: '2012-10-17',
  Statement: [{ Effect: 'Allow', Principal, Action: 'kms:*', Resource: '*', ...more }],
});

const declareKey = async (keys: Keys, properties: object, physicalId = 'stack-key-1') => {
  const type = keyResource(keys);
  const declared = { stack: 's', logicalId: 'Key', physicalId, region, account };
  const { ref, attributes } = await type.create({ ...declared, properties: type.properties.parse(properties) });
  return { id: ref, arn: attributes['Arn'] ?? '' };
};

const declareAlias = async (keys: Keys, AliasName: string, TargetKeyId: string) => {
  const declared = { stack: 's', logicalId: 'Alias', physicalId: 'a', region, account };
  return aliasResource(keys).create({ ...declared, properties: { AliasName, TargetKeyId } });
};

const refusal = (use: () => void): string => {
  try {
    use();
    return 'allowed';
  } catch (error) {
    return error instanceof Error ? error.message : 'thrown';
  }
};

describe('a key', () => {
  it('keeps its id over restarts', async () => {
    const [one, again] = [
      await declareKey(new Keys(region, account), {}),
      await declareKey(new Keys(region, account), {}),
    ];
    expect(again).toEqual(one);
    expect(one.id).toMatch(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/);
    expect(one.arn).toBe(`arn:aws:kms:${region}:${account}:key/${one.id}`);
  });

  it('is found by id, ARN, alias and alias ARN', async () => {
    const keys = new Keys(region, account);
    const { id, arn } = await declareKey(keys, {});
    expect((await declareAlias(keys, 'alias/data', arn)).ref).toBe('alias/data');
    for (const name of [id, arn, 'alias/data', `arn:aws:kms:${region}:${account}:alias/data`]) {
      expect(keys.arnOf(name)).toBe(arn);
    }
    expect(() => keys.arnOf('alias/none')).toThrow(expect.objectContaining({ code: 'NotFoundException' }));
  });

  it('without a policy leaves it to the account who may use it', async () => {
    const keys = new Keys(region, account);
    const { arn } = await declareKey(keys, {});
    expect(refusal(() => keys.authorizeUse(role(granted(arn)), arn, 'kms:Decrypt'))).toBe('allowed');
    expect(refusal(() => keys.authorizeUse(role(), arn, 'kms:Decrypt'))).toContain('no identity-based policy allows');
    expect(refusal(() => keys.authorizeUse(role(granted(arn)), arn, 'kms:GenerateDataKey'))).toContain(
      'not authorized to perform: kms:GenerateDataKey on resource: ',
    );
  });

  it('whose policy leaves out the account cannot be used by identity-based policies alone', async () => {
    const keys = new Keys(region, account);
    const other = `arn:aws:iam::${account}:role/other`;
    const { arn } = await declareKey(keys, { KeyPolicy: keyPolicy({ AWS: other }) });
    expect(refusal(() => keys.authorizeUse(role(granted('*')), arn, 'kms:Decrypt'))).toContain(
      'no resource-based policy allows',
    );
    expect(refusal(() => keys.authorizeUse({ ...role(), roleArn: other }, arn, 'kms:Decrypt'))).toBe('allowed');
  });

  it('may be open through one service only', async () => {
    const keys = new Keys(region, account);
    const viaDynamodb = { Condition: { StringLike: { 'kms:ViaService': 'dynamodb.*.amazonaws.com' } } };
    const { arn } = await declareKey(keys, {
      KeyPolicy: keyPolicy({ AWS: `arn:aws:iam::${account}:role/worker` }, viaDynamodb),
    });
    const via = (service: string) => () =>
      keys.authorizeUse(role(), arn, 'kms:Decrypt', { 'kms:ViaService': `${service}.${region}.amazonaws.com` });
    expect(refusal(via('dynamodb'))).toBe('allowed');
    expect(refusal(via('s3'))).toContain('not authorized');
  });

  it('that is disabled is of no use', async () => {
    const keys = new Keys(region, account);
    const { arn } = await declareKey(keys, { Enabled: false });
    expect(refusal(() => keys.authorizeUse(role(granted('*')), arn, 'kms:Decrypt'))).toContain('is disabled');
  });
});
