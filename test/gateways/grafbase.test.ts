import { describeGateway } from './contract.ts';
import { grafbase } from './engines.ts';

describeGateway(grafbase);
