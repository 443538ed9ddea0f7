// QEMU's RISC-V `virt` board with an RV32IMC core, that of the ESP32-C3: start-up, timer, serial port, watchdog. Register numbers: SiFive
// FU540 manual (CLINT, PLIC), TL16C550C data sheet (UART), RISC-V privileged specification 1.10.
#include "machine.h"

#include <string.h>

#include "board.h"

#define REG(address) (*(volatile uint32_t *)(address))
#define REG8(address) (*(volatile uint8_t *)(address))

#define TICKS_A_US 10u // CLINT: 10 MHz
#define MTIMECMP_LOW REG(0x02004000)
#define MTIMECMP_HIGH REG(0x02004004)
#define MTIME_LOW REG(0x0200bff8)
#define MTIME_HIGH REG(0x0200bffc)
#define UART_DATA REG8(0x10000000)
#define UART_IER REG8(0x10000001)
#define UART_FCR REG8(0x10000002)
#define UART_LSR REG8(0x10000005)
#define UART_IRQ 10
#define PLIC_PRIORITY(irq) REG(0x0c000000 + 4 * (irq))
#define PLIC_ENABLE REG(0x0c002000)
#define PLIC_CLAIM REG(0x0c200004)
#define FINISHER REG(0x00100000)
#define FINISHER_RESET 0x7777u

#define MSTATUS_MIE 8u
#define MIE_TIMER (1u << 7)
#define MIE_EXTERNAL (1u << 11)
#define CAUSE_INTERRUPT_TIMER 0x80000007u
#define CAUSE_INTERRUPT_EXTERNAL 0x8000000bu

extern char data_load[], data_start[], data_end[], bss_start[], bss_end[];
int main(void);

static uint64_t alarm_us = UINT64_MAX;
static uint64_t doze_us = UINT64_MAX;
static uint64_t watchdog_us = UINT64_MAX;

uint64_t machine_time_us(void) {
  for (;;) {
    const uint32_t high = MTIME_HIGH;
    const uint32_t low = MTIME_LOW;
    if (high == MTIME_HIGH) return ((uint64_t)high << 32 | low) / TICKS_A_US;
  }
}

// The emulator's counter goes by its virtual clock.
uint64_t machine_instructions(void) {
  uint32_t high, low, again;
  do {
    __asm__ volatile("csrr %0, minstreth" : "=r"(high));
    __asm__ volatile("csrr %0, minstret" : "=r"(low));
    __asm__ volatile("csrr %0, minstreth" : "=r"(again));
  } while (high != again);
  return ((uint64_t)high << 32 | low) / INSTRUCTION_NS;
}

uint32_t machine_lock(void) {
  uint32_t state;
  __asm__ volatile("csrrci %0, mstatus, 8" : "=r"(state)::"memory");
  return state & MSTATUS_MIE;
}
void machine_unlock(uint32_t state) {
  __asm__ volatile("csrs mstatus, %0" ::"r"(state) : "memory");
}

// One comparator for alarm, end of a doze and watchdog: it stands at the earliest.
static void set_timer(void) {
  uint64_t next_us = alarm_us < doze_us ? alarm_us : doze_us;
  if (watchdog_us < next_us) next_us = watchdog_us;
  const uint64_t ticks = next_us > UINT64_MAX / TICKS_A_US ? UINT64_MAX : next_us * TICKS_A_US;
  MTIMECMP_HIGH = 0xffffffffu;
  MTIMECMP_LOW = (uint32_t)ticks;
  MTIMECMP_HIGH = (uint32_t)(ticks >> 32);
}

void machine_alarm(uint64_t at_us) {
  const uint32_t state = machine_lock();
  alarm_us = at_us;
  set_timer();
  machine_unlock(state);
}

void board_watchdog_feed(void) {
  const uint32_t state = machine_lock();
  watchdog_us = machine_time_us() + 1000u * WATCHDOG_MS;
  set_timer();
  machine_unlock(state);
}

void machine_doze(uint64_t until_us) {
  doze_us = until_us;
  set_timer();
  __asm__ volatile("wfi"); // ends with an interrupt pending, also while they are locked out
  doze_us = UINT64_MAX;
  set_timer();
}

// A byte without room would interrupt again at once: then the interrupt is off until there is room.
void machine_serial_poll(void) {
  while ((UART_LSR & 1u) != 0 && machine_room()) machine_on_byte(UART_DATA);
  UART_IER = machine_room() ? 1 : 0;
}

static void on_serial(void) {
  const uint32_t irq = PLIC_CLAIM;
  machine_serial_poll();
  PLIC_CLAIM = irq;
}

bool machine_serial_put(uint8_t byte) {
  if ((UART_LSR & 0x20u) == 0) return false;
  UART_DATA = byte;
  return true;
}
void machine_restart(void) {
  FINISHER = FINISHER_RESET;
  for (;;) __asm__ volatile("wfi");
}

// The three instructions tell the emulator from a plain breakpoint; they must not be compressed.
__attribute__((naked, noinline)) int32_t machine_semihost(uint32_t operation, const void *arguments) {
  (void)operation;
  (void)arguments;
  __asm__ volatile(
      ".option push\n\t.option norvc\n\t.balign 16\n\t"
      "slli x0, x0, 0x1f\n\tebreak\n\tsrai x0, x0, 7\n\t.option pop\n\tret");
}

__attribute__((interrupt("machine"), aligned(4))) static void on_trap(void) {
  uint32_t cause;
  __asm__ volatile("csrr %0, mcause" : "=r"(cause));
  if (cause == CAUSE_INTERRUPT_EXTERNAL) {
    on_serial();
  } else if (cause == CAUSE_INTERRUPT_TIMER) {
    const uint64_t now_us = machine_time_us();
    if (now_us >= watchdog_us) {
      watchdog_us = UINT64_MAX;
      machine_on_watchdog();
    }
    if (now_us >= doze_us) doze_us = UINT64_MAX;
    if (now_us >= alarm_us) {
      alarm_us = UINT64_MAX;
      machine_on_alarm();
    }
    set_timer();
  } else {
    machine_restart();
  }
}

__attribute__((used)) static void start(void) {
  memcpy(data_start, data_load, (size_t)(data_end - data_start));
  memset(bss_start, 0, (size_t)(bss_end - bss_start));
  set_timer();
  UART_FCR = 1;
  UART_IER = 1;
  PLIC_PRIORITY(UART_IRQ) = 1;
  PLIC_ENABLE = 1u << UART_IRQ;
  __asm__ volatile("csrw mtvec, %0" ::"r"(on_trap));
  __asm__ volatile("csrw mie, %0" ::"r"(MIE_TIMER | MIE_EXTERNAL));
  __asm__ volatile("csrsi mstatus, 8");
  main();
}

__attribute__((naked, section(".entry"), used)) void entry(void) {
  __asm__ volatile(
      ".option push\n\t.option norelax\n\tla gp, __global_pointer$\n\t.option pop\n\t"
      "la sp, stack_top\n\tj %0" ::"i"(start));
}
