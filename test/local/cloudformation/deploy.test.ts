// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders of Fn::Sub look like this
import { expect, test } from 'vitest';
import { deployed } from './deployed.ts';

const thing = (properties: object = {}, more: object = {}) => ({
  Type: 'Test::Thing',
  Properties: properties,
  ...more,
});

test('resources are created after what they refer to, by name or by DependsOn', async () => {
  const Resources = {
    A: thing({ x: { 'Fn::Sub': '${B}' } }),
    B: thing({}, { DependsOn: ['C'] }),
    C: thing({ deep: [{ x: { 'Fn::GetAtt': ['D', 'Arn'] } }] }),
    D: thing(),
  };
  const { created } = await deployed({ stack: { template: { Resources } } });
  expect([...created.keys()]).toEqual(['D', 'C', 'B', 'A']);
});

test('a cycle is spelled out', async () => {
  const Resources = { A: thing({ x: { Ref: 'B' } }), B: thing({ x: { Ref: 'C' } }), C: thing({}, { DependsOn: 'A' }) };
  await expect(deployed({ stack: { template: { Resources } } })).rejects.toThrow(
    'stack: dependencies form a cycle: A -> B -> C -> A',
  );
});

test('every problem of every stack is reported at once, before anything is created', async () => {
  const first = {
    Resources: {
      Bad: {
        Type: 'Test::Strict',
        Properties: { Name: 'fine', Colour: 'red', Rules: [{ Id: 'a' }, { Id: 'b', Extra: 1 }] },
      },
      Wrong: { Type: 'Test::Strict', Properties: { Name: 'UPPER', Size: 'large' } },
      Unknown: { Type: 'AWS::Quantum::Computer' },
    },
  };
  const second = { Resources: { Lost: thing({ x: { Ref: 'Nobody' } }) } };
  const error: Error = await deployed({ first: { template: first }, second: { template: second } }).then(
    () => expect.unreachable(),
    (thrown) => thrown,
  );
  expect(error.message.split('\n')).toEqual([
    '6 problems in the cloud assembly:',
    '- first/Bad (Test::Strict): Rules.1.Extra: this property is not supported',
    '- first/Bad (Test::Strict): Colour: this property is not supported',
    expect.stringMatching(/^- first\/Wrong \(Test::Strict\): Name: Invalid string/),
    expect.stringMatching(/^- first\/Wrong \(Test::Strict\): Size: Invalid input: expected number/),
    '- first/Unknown (AWS::Quantum::Computer): this resource type is not supported',
    '- second/Lost (Test::Thing): nothing in the template is called Nobody',
  ]);
});

test('a value that is known only later is judged by its name first and by its content later', async () => {
  const strict = (properties: object) => ({
    Resources: { A: thing(), B: { Type: 'Test::Strict', Properties: properties } },
  });
  await expect(deployed({ stack: { template: strict({ Name: { Ref: 'A' }, Sice: { Ref: 'A' } }) } })).rejects.toThrow(
    /^stack\/B \(Test::Strict\): Sice: this property is not supported$/,
  );
  await expect(deployed({ stack: { template: strict({ Name: { Ref: 'A' } }) } })).rejects.toThrow(
    /^stack\/B \(Test::Strict\): /,
  );
});

test('a property that fits no form of a union is named', async () => {
  const Resources = { B: { Type: 'Test::Strict', Properties: { Name: 'x', Either: { A: 'a', Z: 1 } } } };
  await expect(deployed({ stack: { template: { Resources } } })).rejects.toThrow(
    'stack/B (Test::Strict): Either.Z: this property is not supported',
  );
});

test('what has no local effect is left out, with all that it refers to', async () => {
  const Resources = {
    Nothing: { Type: 'Test::Nothing', Properties: { anything: 1 } },
    A: {
      Type: 'Test::Strict',
      Properties: {
        Name: 'a',
        Ignored: { 'Fn::GetAtt': ['Nothing', 'Whatever'] },
        Rules: [{ Id: 'a', Note: 'x' }, { Id: 'b' }],
      },
    },
  };
  const { created } = await deployed({ stack: { template: { Resources } } });
  expect([...created]).toEqual([['A', { Name: 'a', Rules: [{ Id: 'a' }, { Id: 'b' }] }]]);
});

test('a resource whose condition is false is not created, and a reference to it is an error', async () => {
  const Conditions = { Never: { 'Fn::Equals': ['a', 'b'] } };
  const Resources = { A: thing({}, { Condition: 'Never' }), B: thing({}, { DependsOn: ['A'] }) };
  const { created } = await deployed({ stack: { template: { Conditions, Resources } } });
  expect([...created.keys()]).toEqual(['B']);
  const referring = { Conditions, Resources: { ...Resources, C: thing({ x: { Ref: 'A' } }) } };
  await expect(deployed({ stack: { template: referring } })).rejects.toThrow(
    'A does not exist, as its condition Never is false',
  );
});

test('outputs are resolved, and cross stacks by export and by weak reference', async () => {
  const stacks = {
    consumer: {
      template: {
        Resources: {
          Strong: thing({ x: { 'Fn::ImportValue': 'exported' } }),
          Weak: thing({ x: { 'Fn::GetStackOutput': { StackName: 'producer', OutputName: 'Plain' } } }),
        },
        Outputs: { Sum: { Value: { 'Fn::Join': ['', [{ Ref: 'Weak' }]] } } },
      },
      dependencies: ['producer'],
    },
    producer: {
      template: {
        Conditions: { Never: { 'Fn::Equals': ['a', 'b'] } },
        Resources: { A: thing() },
        Outputs: {
          Plain: { Value: { Ref: 'A' } },
          Shared: { Value: { 'Fn::GetAtt': ['A', 'Arn'] }, Export: { Name: 'exported' } },
          Absent: { Value: 'x', Condition: 'Never' },
        },
      },
    },
  };
  const { created, outputs } = await deployed(stacks);
  expect([...created.keys()]).toEqual(['A', 'Strong', 'Weak']);
  expect(created.get('Strong')).toEqual({ x: 'arn-A' });
  expect(created.get('Weak')).toEqual({ x: 'ref-A' });
  expect(outputs).toEqual({ producer: { Plain: 'ref-A', Shared: 'arn-A' }, consumer: { Sum: 'ref-Weak' } });
});

test('a weak reference alone puts stacks in order, and one to nowhere is an error', async () => {
  const reads = (StackName: string) => ({
    template: { Resources: { A: thing({ x: { 'Fn::GetStackOutput': { StackName, OutputName: 'O' } } }) } },
  });
  const b = { template: { Outputs: { O: { Value: 'from b' } } } };
  expect((await deployed({ a: reads('b'), b })).created.get('A')).toEqual({ x: 'from b' });
  await expect(deployed({ a: reads('c'), b })).rejects.toThrow(
    'a: reads an output of the stack c, which is not in the assembly',
  );
});

test('physical ids are the same at every start and different for every resource', async () => {
  const Resources = { ['L'.repeat(100)]: thing(), Name: thing() };
  const ids = async (stack: string) => (await deployed({ [stack]: { template: { Resources } } })).physicalIds;
  const first = await ids('my-Stack');
  expect(await ids('my-Stack')).toEqual(first);
  expect(new Set([...first, ...(await ids('other'))]).size).toBe(4);
  for (const id of first) expect(id).toMatch(/^[a-z][a-z0-9-]{1,62}$/);
});

test('a section that is not understood is an error', async () => {
  await expect(deployed({ stack: { template: { Transform: 'AWS::Serverless-2016-10-31' } } })).rejects.toThrow(
    'Transform',
  );
});
