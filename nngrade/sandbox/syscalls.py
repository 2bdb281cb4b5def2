"""The numbers of the system calls that the sandbox makes or refuses, name:x86_64:aarch64; a dash for none."""

import platform

TABLE = """
ptrace:101:117 process_vm_readv:310:270 process_vm_writev:311:271 process_madvise:440:440 kcmp:312:272
pidfd_getfd:438:438 perf_event_open:298:241 bpf:321:280 userfaultfd:323:282 io_uring_setup:425:425
io_uring_enter:426:426 io_uring_register:427:427 add_key:248:217 request_key:249:218 keyctl:250:219 mount:165:40
umount2:166:39 pivot_root:155:41 chroot:161:51 setns:308:268 unshare:272:97 fsopen:430:430 fsconfig:431:431
fsmount:432:432 fspick:433:433 move_mount:429:429 open_tree:428:428 open_tree_attr:467:467 mount_setattr:442:442
name_to_handle_at:303:264 open_by_handle_at:304:265 syslog:103:116 personality:135:92 seccomp:317:277
socket:41:198 connect:42:203 bind:49:200 listen:50:201 accept:43:202 accept4:288:242 shmget:29:194 shmat:30:196
shmctl:31:195 semget:64:190 semop:65:193 semctl:66:191 semtimedop:220:192 msgget:68:186 msgsnd:69:189
msgrcv:70:188 msgctl:71:187 mq_open:240:180 mq_unlink:241:181 memfd_create:319:279 memfd_secret:447:447
inotify_init:253:- inotify_init1:294:26 fanotify_init:300:262 setpriority:141:140 sched_setscheduler:144:119
sched_setparam:142:118 sched_setattr:314:274 ioprio_set:251:30 migrate_pages:256:238 move_pages:279:239
chmod:90:- fchmod:91:52 fchmodat:268:53 fchmodat2:452:452 chown:92:- lchown:94:- fchown:93:55 fchownat:260:54
utime:132:- utimes:235:- futimesat:261:- utimensat:280:88 setxattr:188:5 lsetxattr:189:6 fsetxattr:190:7
setxattrat:463:463 removexattr:197:14 lremovexattr:198:15 fremovexattr:199:16 removexattrat:466:466
file_setattr:469:469 truncate:76:45 openat2:437:437 creat:85:- clone:56:220 clone3:435:435 socketpair:53:199
prlimit64:302:261 sched_setaffinity:203:122 fcntl:72:25 ioctl:16:29 prctl:157:167 open:2:- openat:257:56
kill:62:129 tkill:200:130 tgkill:234:131 rt_sigqueueinfo:129:138 rt_tgsigqueueinfo:297:240
pidfd_send_signal:424:424 capset:126:91
landlock_create_ruleset:444:444 landlock_add_rule:445:445 landlock_restrict_self:446:446
"""

MACHINE = platform.machine()
AUDIT_ARCH = {"x86_64": 0xC000003E, "aarch64": 0xC00000B7}.get(MACHINE)  # None: no filter can be made for it
_COLUMN = 2 if MACHINE == "aarch64" else 1
_ROWS = [entry.split(":") for entry in TABLE.split()]
NUMBERS = {row[0]: int(row[_COLUMN]) for row in _ROWS if row[_COLUMN] != "-"}
