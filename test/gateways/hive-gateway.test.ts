import { describeGateway } from './contract.ts';
import { hive } from './engines.ts';

describeGateway(hive);
