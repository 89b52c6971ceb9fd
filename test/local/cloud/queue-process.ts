// A cloud in a process of its own, for the test that kills it. Prints the URL of its queue.
import { startCloud } from '../../../local/cloud.ts';

const [assembly = '', data = ''] = process.argv.slice(2);
const cloud = await startCloud({ assembly, data, log: console.error });
console.log(cloud.outputs['work']?.['QueueUrl']);
