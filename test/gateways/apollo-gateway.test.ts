import { describeGateway } from './contract.ts';
import { apolloGateway } from './engines.ts';

describeGateway(apolloGateway);
