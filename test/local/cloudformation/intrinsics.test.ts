// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders of Fn::Sub look like this
import { expect, test } from 'vitest';
import { deployed, target } from './deployed.ts';

/** What a property of a resource becomes. */
async function resolved(value: unknown, sections: object = {}): Promise<unknown> {
  const Resources = {
    Other: { Type: 'Test::Thing' },
    Subject: { Type: 'Test::Thing', Properties: { Value: value } },
  };
  const { created } = await deployed({ stack: { template: { ...sections, Resources } } });
  return (created.get('Subject') as { Value?: unknown }).Value;
}

test.each([
  ['Ref of a resource', { Ref: 'Other' }, 'ref-Other'],
  ['Ref of the account', { Ref: 'AWS::AccountId' }, target.account],
  ['Ref of the region', { Ref: 'AWS::Region' }, target.region],
  ['Ref of the partition', { Ref: 'AWS::Partition' }, 'aws'],
  ['Ref of the URL suffix', { Ref: 'AWS::URLSuffix' }, 'amazonaws.com'],
  ['Ref of the stack name', { Ref: 'AWS::StackName' }, 'stack'],
  ['GetAtt as a list', { 'Fn::GetAtt': ['Other', 'Arn'] }, 'arn-Other'],
  ['GetAtt as a text', { 'Fn::GetAtt': 'Other.Arn' }, 'arn-Other'],
  [
    'Sub',
    { 'Fn::Sub': '${Other}/${Other.Arn}/${AWS::Region}/${!Literal}' },
    'ref-Other/arn-Other/eu-central-1/${Literal}',
  ],
  [
    'Sub with variables',
    { 'Fn::Sub': ['${x}-${Other}', { x: { 'Fn::GetAtt': ['Other', 'Arn'] } }] },
    'arn-Other-ref-Other',
  ],
  ['Join', { 'Fn::Join': ['-', ['a', { Ref: 'Other' }, 7]] }, 'a-ref-Other-7'],
  ['Join of Split', { 'Fn::Join': ['+', { 'Fn::Split': ['-', { Ref: 'Other' }] }] }, 'ref+Other'],
  ['Select of Split', { 'Fn::Select': ['1', { 'Fn::Split': ['-', { 'Fn::GetAtt': ['Other', 'Arn'] }] }] }, 'Other'],
  ['Base64', { 'Fn::Base64': { Ref: 'Other' } }, Buffer.from('ref-Other').toString('base64')],
  ['nested objects and lists', { a: [{ b: { Ref: 'Other' } }] }, { a: [{ b: 'ref-Other' }] }],
  ['the Condition of a policy statement', { Effect: 'Allow', Condition: { Bool: { x: 'true' } } }, expect.anything()],
  ['AWS::NoValue in a list', ['a', { Ref: 'AWS::NoValue' }, 'b'], ['a', 'b']],
  ['AWS::NoValue as a property', { Ref: 'AWS::NoValue' }, undefined],
])('%s', async (_, value, expected) => {
  expect(await resolved(value)).toEqual(expected);
});

const sections = {
  Parameters: { Stage: { Type: 'String', Default: 'dev' }, Count: { Type: 'Number', Default: 3 } },
  Mappings: { Sizes: { dev: { cpu: 1 }, prod: { cpu: 8 } } },
  Conditions: {
    IsDev: { 'Fn::Equals': [{ Ref: 'Stage' }, 'dev'] },
    IsProd: { 'Fn::Not': [{ Condition: 'IsDev' }] },
    Both: { 'Fn::And': [{ Condition: 'IsDev' }, { Condition: 'IsProd' }] },
    Any: { 'Fn::Or': [{ Condition: 'IsDev' }, { Condition: 'IsProd' }] },
  },
};

test.each([
  ['a parameter is its default', { Ref: 'Stage' }, 'dev'],
  ['a parameter with a number', { Ref: 'Count' }, '3'],
  ['FindInMap', { 'Fn::FindInMap': ['Sizes', { Ref: 'Stage' }, 'cpu'] }, 1],
  ['If, Equals', { 'Fn::If': ['IsDev', 'yes', 'no'] }, 'yes'],
  ['If, Not', { 'Fn::If': ['IsProd', 'yes', 'no'] }, 'no'],
  ['If, And', { 'Fn::If': ['Both', 'yes', 'no'] }, 'no'],
  ['If, Or', { 'Fn::If': ['Any', { Ref: 'Other' }, 'no'] }, 'ref-Other'],
  ['If that leaves the property out', { 'Fn::If': ['IsProd', 'x', { Ref: 'AWS::NoValue' }] }, undefined],
])('%s', async (_, value, expected) => {
  expect(await resolved(value, sections)).toEqual(expected);
});

test.each([
  [{ Ref: 'Nobody' }, /stack\/Subject \(Test::Thing\): nothing in the template is called Nobody/],
  [{ 'Fn::GetAtt': ['Other', 'Colour'] }, /stack\/Subject \(Test::Thing\): Other has no attribute Colour; it has Arn/],
  [{ 'Fn::Cidr': ['10.0.0.0/8', 2] }, /Fn::Cidr is not supported/],
  [{ 'Fn::Sub': '${Nobody.Arn}' }, /nothing in the template is called Nobody/],
  ['{{resolve:ssm:/a/b}}', /dynamic reference \{\{resolve:ssm:\/a\/b\}\} cannot be resolved locally/],
  [{ 'Fn::Select': [5, ['a']] }, /Fn::Select 5 of a list of 1/],
  [{ 'Fn::If': ['Unknown', 1, 2] }, /no condition is called Unknown/],
])('%j is an error that names the resource and the cause', async (value, message) => {
  await expect(resolved(value)).rejects.toThrow(message);
});

test('a parameter that is read from SSM is an error only when something uses it', async () => {
  const Parameters = { Bootstrap: { Type: 'AWS::SSM::Parameter::Value<String>', Default: '/cdk-bootstrap/x/version' } };
  expect(await resolved('unused', { Parameters })).toBe('unused');
  await expect(resolved({ Ref: 'Bootstrap' }, { Parameters })).rejects.toThrow('Bootstrap is read from SSM');
});
