// A local SageMaker in a process of its own, for the test that kills it. Prints its containers' process ids.
import { startSageMaker } from '../../../local/sagemaker/start-sagemaker.ts';

const [data = '', program = ''] = process.argv.slice(2);
const region = 'eu-central-1';
const account = '123456789012';
const sagemaker = await startSageMaker({
  region,
  account,
  data,
  logs: { write: (_, line) => (/^\d+$/.test(line) ? console.log(line) : undefined) },
  log: () => undefined,
  onProgress: () => undefined,
  assumeRole: (arn) => ({ arn, account, policies: [] }),
  objectsOf: () => {
    throw new Error('no model has data');
  },
  programs: { own: [process.execPath, program] },
});
const create = async (typeName: string, properties: object): Promise<void> => {
  const type = sagemaker.resourceTypes.find((candidate) => candidate.type === typeName);
  const parsed = type?.properties.parse(properties);
  await type?.create({ stack: 's', logicalId: 'L', physicalId: 'p', region, account, properties: parsed });
};
const Image = `${account}.dkr.ecr.${region}.amazonaws.com/own:1`;
await create('AWS::SageMaker::Model', { ModelName: 'm', ExecutionRoleArn: 'role', PrimaryContainer: { Image } });
await create('AWS::SageMaker::EndpointConfig', {
  EndpointConfigName: 'c',
  ProductionVariants: [{ VariantName: 'main', ModelName: 'm' }],
});
await create('AWS::SageMaker::Endpoint', { EndpointName: 'e', EndpointConfigName: 'c' });
await sagemaker.settled();
