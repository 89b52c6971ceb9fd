// One line per operation: this is a table, so its length is that of API Gateway's API.
import { PathRouter } from '../routing/path-router.ts';

const table = `
GET /account GetAccount
PATCH /account UpdateAccount
GET /apikeys GetApiKeys
POST /apikeys CreateApiKey
DELETE /apikeys/{apiKey} DeleteApiKey
GET /apikeys/{apiKey} GetApiKey
PATCH /apikeys/{apiKey} UpdateApiKey
GET /clientcertificates GetClientCertificates
POST /clientcertificates GenerateClientCertificate
DELETE /clientcertificates/{clientCertificateId} DeleteClientCertificate
GET /clientcertificates/{clientCertificateId} GetClientCertificate
PATCH /clientcertificates/{clientCertificateId} UpdateClientCertificate
GET /domainnameaccessassociations GetDomainNameAccessAssociations
POST /domainnameaccessassociations CreateDomainNameAccessAssociation
DELETE /domainnameaccessassociations/{domainNameAccessAssociationArn} DeleteDomainNameAccessAssociation
GET /domainnames GetDomainNames
POST /domainnames CreateDomainName
DELETE /domainnames/{domainName} DeleteDomainName
GET /domainnames/{domainName} GetDomainName
PATCH /domainnames/{domainName} UpdateDomainName
GET /domainnames/{domainName}/basepathmappings GetBasePathMappings
POST /domainnames/{domainName}/basepathmappings CreateBasePathMapping
DELETE /domainnames/{domainName}/basepathmappings/{basePath} DeleteBasePathMapping
GET /domainnames/{domainName}/basepathmappings/{basePath} GetBasePathMapping
PATCH /domainnames/{domainName}/basepathmappings/{basePath} UpdateBasePathMapping
POST /rejectdomainnameaccessassociations RejectDomainNameAccessAssociation
GET /restapis GetRestApis
POST /restapis CreateRestApi
DELETE /restapis/{restApiId} DeleteRestApi
GET /restapis/{restApiId} GetRestApi
PATCH /restapis/{restApiId} UpdateRestApi
PUT /restapis/{restApiId} PutRestApi
GET /restapis/{restApiId}/authorizers GetAuthorizers
POST /restapis/{restApiId}/authorizers CreateAuthorizer
DELETE /restapis/{restApiId}/authorizers/{authorizerId} DeleteAuthorizer
GET /restapis/{restApiId}/authorizers/{authorizerId} GetAuthorizer
PATCH /restapis/{restApiId}/authorizers/{authorizerId} UpdateAuthorizer
POST /restapis/{restApiId}/authorizers/{authorizerId} TestInvokeAuthorizer
GET /restapis/{restApiId}/deployments GetDeployments
POST /restapis/{restApiId}/deployments CreateDeployment
DELETE /restapis/{restApiId}/deployments/{deploymentId} DeleteDeployment
GET /restapis/{restApiId}/deployments/{deploymentId} GetDeployment
PATCH /restapis/{restApiId}/deployments/{deploymentId} UpdateDeployment
GET /restapis/{restApiId}/documentation/parts GetDocumentationParts
POST /restapis/{restApiId}/documentation/parts CreateDocumentationPart
PUT /restapis/{restApiId}/documentation/parts ImportDocumentationParts
DELETE /restapis/{restApiId}/documentation/parts/{documentationPartId} DeleteDocumentationPart
GET /restapis/{restApiId}/documentation/parts/{documentationPartId} GetDocumentationPart
PATCH /restapis/{restApiId}/documentation/parts/{documentationPartId} UpdateDocumentationPart
GET /restapis/{restApiId}/documentation/versions GetDocumentationVersions
POST /restapis/{restApiId}/documentation/versions CreateDocumentationVersion
DELETE /restapis/{restApiId}/documentation/versions/{documentationVersion} DeleteDocumentationVersion
GET /restapis/{restApiId}/documentation/versions/{documentationVersion} GetDocumentationVersion
PATCH /restapis/{restApiId}/documentation/versions/{documentationVersion} UpdateDocumentationVersion
GET /restapis/{restApiId}/gatewayresponses GetGatewayResponses
DELETE /restapis/{restApiId}/gatewayresponses/{responseType} DeleteGatewayResponse
GET /restapis/{restApiId}/gatewayresponses/{responseType} GetGatewayResponse
PATCH /restapis/{restApiId}/gatewayresponses/{responseType} UpdateGatewayResponse
PUT /restapis/{restApiId}/gatewayresponses/{responseType} PutGatewayResponse
GET /restapis/{restApiId}/models GetModels
POST /restapis/{restApiId}/models CreateModel
DELETE /restapis/{restApiId}/models/{modelName} DeleteModel
GET /restapis/{restApiId}/models/{modelName} GetModel
PATCH /restapis/{restApiId}/models/{modelName} UpdateModel
GET /restapis/{restApiId}/models/{modelName}/default_template GetModelTemplate
GET /restapis/{restApiId}/requestvalidators GetRequestValidators
POST /restapis/{restApiId}/requestvalidators CreateRequestValidator
DELETE /restapis/{restApiId}/requestvalidators/{requestValidatorId} DeleteRequestValidator
GET /restapis/{restApiId}/requestvalidators/{requestValidatorId} GetRequestValidator
PATCH /restapis/{restApiId}/requestvalidators/{requestValidatorId} UpdateRequestValidator
GET /restapis/{restApiId}/resources GetResources
POST /restapis/{restApiId}/resources/{resourceId} CreateResource
DELETE /restapis/{restApiId}/resources/{resourceId} DeleteResource
GET /restapis/{restApiId}/resources/{resourceId} GetResource
PATCH /restapis/{restApiId}/resources/{resourceId} UpdateResource
DELETE /restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod} DeleteMethod
GET /restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod} GetMethod
PATCH /restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod} UpdateMethod
POST /restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod} TestInvokeMethod
PUT /restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod} PutMethod
DELETE /restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}/integration DeleteIntegration
GET /restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}/integration GetIntegration
PATCH /restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}/integration UpdateIntegration
PUT /restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}/integration PutIntegration
DELETE /restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}/integration/responses/{statusCode} DeleteIntegrationResponse
GET /restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}/integration/responses/{statusCode} GetIntegrationResponse
PATCH /restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}/integration/responses/{statusCode} UpdateIntegrationResponse
PUT /restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}/integration/responses/{statusCode} PutIntegrationResponse
DELETE /restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}/responses/{statusCode} DeleteMethodResponse
GET /restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}/responses/{statusCode} GetMethodResponse
PATCH /restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}/responses/{statusCode} UpdateMethodResponse
PUT /restapis/{restApiId}/resources/{resourceId}/methods/{httpMethod}/responses/{statusCode} PutMethodResponse
GET /restapis/{restApiId}/stages GetStages
POST /restapis/{restApiId}/stages CreateStage
DELETE /restapis/{restApiId}/stages/{stageName} DeleteStage
GET /restapis/{restApiId}/stages/{stageName} GetStage
PATCH /restapis/{restApiId}/stages/{stageName} UpdateStage
DELETE /restapis/{restApiId}/stages/{stageName}/cache/authorizers FlushStageAuthorizersCache
DELETE /restapis/{restApiId}/stages/{stageName}/cache/data FlushStageCache
GET /restapis/{restApiId}/stages/{stageName}/exports/{exportType} GetExport
GET /restapis/{restApiId}/stages/{stageName}/sdks/{sdkType} GetSdk
GET /sdktypes GetSdkTypes
GET /sdktypes/{id} GetSdkType
DELETE /tags/{resourceArn} UntagResource
GET /tags/{resourceArn} GetTags
PUT /tags/{resourceArn} TagResource
GET /usageplans GetUsagePlans
POST /usageplans CreateUsagePlan
DELETE /usageplans/{usagePlanId} DeleteUsagePlan
GET /usageplans/{usagePlanId} GetUsagePlan
PATCH /usageplans/{usagePlanId} UpdateUsagePlan
GET /usageplans/{usagePlanId}/keys GetUsagePlanKeys
POST /usageplans/{usagePlanId}/keys CreateUsagePlanKey
DELETE /usageplans/{usagePlanId}/keys/{keyId} DeleteUsagePlanKey
GET /usageplans/{usagePlanId}/keys/{keyId} GetUsagePlanKey
PATCH /usageplans/{usagePlanId}/keys/{keyId}/usage UpdateUsage
GET /usageplans/{usagePlanId}/usage GetUsage
GET /vpclinks GetVpcLinks
POST /vpclinks CreateVpcLink
DELETE /vpclinks/{vpcLinkId} DeleteVpcLink
GET /vpclinks/{vpcLinkId} GetVpcLink
PATCH /vpclinks/{vpcLinkId} UpdateVpcLink
`;

const names = new Map<string, Map<string, string>>();
const router = new PathRouter<Map<string, string>>();
for (const line of table.trim().split('\n')) {
  const [method = '', path = '', name = ''] = line.split(' ');
  const known = names.get(path) ?? new Map<string, string>();
  router.add(path, known.set(method, name));
  names.set(path, known);
}

/**
 * The name of the operation that a call to API Gateway's control plane means, for telling which one is not emulated.
 * @see https://docs.aws.amazon.com/apigateway/latest/api/API_Operations.html
 */
export function operationName(method: string, path: string, query: URLSearchParams): string | undefined {
  const name = router.find(path)?.value.get(method);
  // Two operations differ from their neighbours by the query alone.
  if (query.get('mode') !== 'import') return name;
  return name === 'CreateApiKey' ? 'ImportApiKeys' : name === 'CreateRestApi' ? 'ImportRestApi' : name;
}
