// biome-ignore-all lint/suspicious/noTemplateCurlyInString: the placeholders of Fn::Sub look like this
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

const region = 'eu-central-1';
const bootstrapBucket = 'cdk-hnb659fds-assets-${AWS::AccountId}-eu-central-1';

const handler = `
  import { GetItemCommand, UpdateItemCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
  import { DeleteObjectCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3';
  const table = new DynamoDBClient();
  const bucket = new S3Client();
  const { TABLE, BUCKET } = process.env;

  export const handler = async (event) => {
    const { name } = event.pathParameters;
    if (name === 'forbidden') {
      try {
        await bucket.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: 'any' }));
      } catch (error) {
        return { statusCode: 403, body: error.name + ': ' + error.message };
      }
    }
    const { Attributes } = await table.send(new UpdateItemCommand({
      TableName: TABLE,
      Key: { name: { S: name } },
      UpdateExpression: 'ADD visits :one',
      ExpressionAttributeValues: { ':one': { N: '1' } },
      ReturnValues: 'ALL_NEW',
    }));
    await bucket.send(new PutObjectCommand({ Bucket: BUCKET, Key: name, Body: 'hello ' + name }));
    return { statusCode: 200, body: JSON.stringify({ name, visits: Number(Attributes.visits.N) }) };
  };`;

const proxy = (functionId: string) => ({
  'Fn::Join': [
    '',
    [
      'arn:aws:apigateway:',
      { Ref: 'AWS::Region' },
      ':lambda:path/2015-03-31/functions/',
      { 'Fn::GetAtt': [functionId, 'Arn'] },
      '/invocations',
    ],
  ],
});

/** A bucket, a table, a function that may write to both, and an API with `GET /{name}` in front of it, in two stacks. */
const templates = {
  data: {
    Resources: {
      Bucket: { Type: 'AWS::S3::Bucket', DeletionPolicy: 'Retain' },
      Table: {
        Type: 'AWS::DynamoDB::Table',
        Properties: {
          AttributeDefinitions: [{ AttributeName: 'name', AttributeType: 'S' }],
          KeySchema: [{ AttributeName: 'name', KeyType: 'HASH' }],
          BillingMode: 'PAY_PER_REQUEST',
        },
      },
      Metadata: { Type: 'AWS::CDK::Metadata', Properties: { Analytics: 'none' } },
    },
    Outputs: {
      Bucket: { Value: { Ref: 'Bucket' } },
      BucketArn: { Value: { 'Fn::GetAtt': ['Bucket', 'Arn'] } },
      Table: { Value: { Ref: 'Table' } },
      TableArn: { Value: { 'Fn::GetAtt': ['Table', 'Arn'] }, Export: { Name: 'table-arn' } },
    },
  },
  front: {
    Resources: {
      Role: {
        Type: 'AWS::IAM::Role',
        Properties: {
          AssumeRolePolicyDocument: {
            Version: '2012-10-17',
            Statement: [{ Effect: 'Allow', Action: 'sts:AssumeRole', Principal: { Service: 'lambda.amazonaws.com' } }],
          },
        },
      },
      Policy: {
        Type: 'AWS::IAM::Policy',
        Properties: {
          PolicyName: 'writes',
          Roles: [{ Ref: 'Role' }],
          PolicyDocument: {
            Version: '2012-10-17',
            Statement: [
              { Effect: 'Allow', Action: 'dynamodb:UpdateItem', Resource: { 'Fn::ImportValue': 'table-arn' } },
              {
                Effect: 'Allow',
                Action: 's3:PutObject',
                Resource: {
                  'Fn::Join': ['', [{ 'Fn::GetStackOutput': { StackName: 'data', OutputName: 'BucketArn' } }, '/*']],
                },
              },
            ],
          },
        },
      },
      Log: { Type: 'AWS::Logs::LogGroup', Properties: { LogGroupName: '/front/visits', RetentionInDays: 7 } },
      Function: {
        Type: 'AWS::Lambda::Function',
        DependsOn: ['Policy'],
        Properties: {
          Code: { S3Bucket: { 'Fn::Sub': bootstrapBucket }, S3Key: 'visits.zip' },
          Handler: 'index.handler',
          Runtime: 'nodejs24.x',
          MemorySize: 256,
          Timeout: 20,
          Role: { 'Fn::GetAtt': ['Role', 'Arn'] },
          LoggingConfig: { LogGroup: { Ref: 'Log' } },
          Environment: {
            Variables: {
              TABLE: { 'Fn::GetStackOutput': { StackName: 'data', OutputName: 'Table' } },
              BUCKET: { 'Fn::GetStackOutput': { StackName: 'data', OutputName: 'Bucket' } },
            },
          },
        },
      },
      Permission: {
        Type: 'AWS::Lambda::Permission',
        Properties: {
          Action: 'lambda:InvokeFunction',
          FunctionName: { 'Fn::GetAtt': ['Function', 'Arn'] },
          Principal: 'apigateway.amazonaws.com',
          SourceArn: { 'Fn::Sub': 'arn:aws:execute-api:${AWS::Region}:${AWS::AccountId}:${Api}/*/GET/*' },
        },
      },
      Api: { Type: 'AWS::ApiGateway::RestApi', Properties: { Name: 'visits' } },
      Name: {
        Type: 'AWS::ApiGateway::Resource',
        Properties: {
          RestApiId: { Ref: 'Api' },
          ParentId: { 'Fn::GetAtt': ['Api', 'RootResourceId'] },
          PathPart: '{name}',
        },
      },
      Get: {
        Type: 'AWS::ApiGateway::Method',
        Properties: {
          RestApiId: { Ref: 'Api' },
          ResourceId: { Ref: 'Name' },
          HttpMethod: 'GET',
          AuthorizationType: 'NONE',
          Integration: { Type: 'AWS_PROXY', IntegrationHttpMethod: 'POST', Uri: proxy('Function') },
        },
      },
      Deployment: {
        Type: 'AWS::ApiGateway::Deployment',
        DependsOn: ['Get'],
        Properties: { RestApiId: { Ref: 'Api' } },
      },
      Stage: {
        Type: 'AWS::ApiGateway::Stage',
        Properties: { RestApiId: { Ref: 'Api' }, DeploymentId: { Ref: 'Deployment' }, StageName: 'live' },
      },
    },
    Outputs: {
      Api: { Value: { Ref: 'Api' } },
      Stage: { Value: { Ref: 'Stage' } },
      Function: { Value: { Ref: 'Function' } },
    },
  },
};

/** The domain that leads to its API. */
export const smallDomain = {
  port: 0,
  apiOutput: { stack: 'front', output: 'Api' },
  stageOutput: { stack: 'front', output: 'Stage' },
};

/** Writes the assembly, its function bundled with the real SDK, into a folder. */
export async function writeSmallAssembly(folder: string): Promise<void> {
  mkdirSync(folder, { recursive: true });
  await build({
    stdin: { contents: handler, resolveDir: import.meta.dirname },
    outfile: join(folder, 'asset.visits', 'index.js'),
    bundle: true,
    platform: 'node',
    format: 'cjs',
    mainFields: ['module', 'main'],
    logLevel: 'silent',
  });
  const artifacts: Record<string, unknown> = {
    assets: { type: 'cdk:asset-manifest', properties: { file: 'front.assets.json' } },
  };
  for (const [name, template] of Object.entries(templates)) {
    const templateFile = `${name}.template.json`;
    writeFileSync(join(folder, templateFile), JSON.stringify(template));
    artifacts[name] = {
      type: 'aws:cloudformation:stack',
      environment: `aws://unknown-account/${region}`,
      properties: { templateFile, stackName: name },
      dependencies: name === 'front' ? ['data', 'assets'] : [],
    };
  }
  const destinations = { main: { bucketName: bootstrapBucket, objectKey: 'visits.zip' } };
  const files = { visits: { source: { path: 'asset.visits', packaging: 'zip' }, destinations } };
  writeFileSync(join(folder, 'front.assets.json'), JSON.stringify({ version: '55.0.0', files }));
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify({ version: '55.0.0', artifacts }));
}
