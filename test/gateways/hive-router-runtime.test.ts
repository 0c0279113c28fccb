import { describeGateway } from './contract.ts';
import { hiveRouter } from './engines.ts';

describeGateway(hiveRouter);
