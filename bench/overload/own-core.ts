// Loaded into a server before itself: it has a core of its own, and who loads it has the other.
import { keepOn } from '../redis/cores.ts';

keepOn('MEASURED', process.pid);
