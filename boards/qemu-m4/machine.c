// Arm MPS2 with the AN386 image (Cortex-M4) as QEMU emulates it: start-up, timers, serial port, watchdog. Register numbers: Arm DAI 0386
// (memory map), DDI 0479 (CMSDK timer, dual timer, UART, watchdog), DDI 0403 (SysTick, NVIC).
#include "machine.h"

#include <string.h>

#include "board.h"

#define REG(address) (*(volatile uint32_t *)(address))

#define CLOCK_HZ 25000000u
#define TICKS_A_US (CLOCK_HZ / 1000000u)

// CMSDK timer 0: the alarm.
#define TIMER_CTRL REG(0x40000000)
#define TIMER_VALUE REG(0x40000004)
#define TIMER_RELOAD REG(0x40000008)
#define TIMER_INTCLEAR REG(0x4000000c)
#define TIMER_IRQ 8
// CMSDK dual timer 1: the clock, counting down from 2^32 - 1.
#define CLOCK_LOAD REG(0x40002000)
#define CLOCK_VALUE REG(0x40002004)
#define CLOCK_CTRL REG(0x40002008)
// CMSDK UART 0.
#define UART_DATA REG(0x40004000)
#define UART_STATE REG(0x40004004)
#define UART_CTRL REG(0x40004008)
#define UART_INTCLEAR REG(0x4000400c)
#define UART_BAUDDIV REG(0x40004010)
#define UART_RX_IRQ 0
// CMSDK watchdog.
#define WATCHDOG_LOAD REG(0x40008000)
#define WATCHDOG_CTRL REG(0x40008008)
#define WATCHDOG_INTCLR REG(0x4000800c)
#define WATCHDOG_LOCK REG(0x40008c00)
#define WATCHDOG_UNLOCK 0x1acce551u
// Cortex-M4.
#define SYST_CSR REG(0xe000e010)
#define SYST_RVR REG(0xe000e014)
#define SYST_CVR REG(0xe000e018)
#define NVIC_ISER REG(0xe000e100)
#define SCB_AIRCR REG(0xe000ed0c)
#define SCB_CPACR REG(0xe000ed88)
#define AIRCR_RESET 0x05fa0004u

extern uint32_t data_load[], data_start[], data_end[], bss_start[], bss_end[], stack_top[];
int main(void);

static uint32_t clock_last;
static uint64_t clock_ticks;
static uint64_t alarm_us;

static uint64_t ticks(void) {
  const uint32_t state = machine_lock();
  const uint32_t value = CLOCK_VALUE;
  clock_ticks += clock_last - value;
  clock_last = value;
  const uint64_t now = clock_ticks;
  machine_unlock(state);
  return now;
}

uint64_t machine_time_us(void) {
  return ticks() / TICKS_A_US;
}

uint64_t machine_instructions(void) {
  return ticks() * (1000000000u / CLOCK_HZ) / INSTRUCTION_NS;
}

uint32_t machine_lock(void) {
  uint32_t state;
  __asm__ volatile("mrs %0, primask\n\tcpsid i" : "=r"(state)::"memory");
  return state;
}
void machine_unlock(uint32_t state) {
  __asm__ volatile("msr primask, %0" ::"r"(state) : "memory");
}

static uint32_t ticks_of(uint64_t wait_us, uint32_t ticks_max) {
  return wait_us > ticks_max / TICKS_A_US ? ticks_max : (uint32_t)wait_us * TICKS_A_US;
}

// The timer's 32 bits last 171 s; an alarm further away comes early and is set anew.
void machine_alarm(uint64_t at_us) {
  alarm_us = at_us;
  TIMER_CTRL = 0;
  TIMER_INTCLEAR = 1;
  if (at_us == UINT64_MAX) return;
  const uint64_t now_us = machine_time_us();
  const uint32_t wait = at_us > now_us ? ticks_of(at_us - now_us, 0xffffffffu) : 1;
  TIMER_RELOAD = wait;
  TIMER_VALUE = wait;
  TIMER_CTRL = 9; // count, interrupt
}

void timer_handler(void) {
  TIMER_CTRL = 0;
  TIMER_INTCLEAR = 1;
  if (machine_time_us() >= alarm_us) machine_on_alarm();
  else machine_alarm(alarm_us);
}

void machine_serial_poll(void) {
  while ((UART_STATE & 2u) != 0 && machine_room()) machine_on_byte((uint8_t)UART_DATA);
}
void uart_rx_handler(void) {
  UART_INTCLEAR = 2;
  const uint32_t state = machine_lock();
  machine_serial_poll();
  machine_unlock(state);
}

bool machine_serial_put(uint8_t byte) {
  if ((UART_STATE & 1u) != 0) return false;
  UART_DATA = byte;
  return true;
}
// SysTick ends the wait where no other interrupt does.
void machine_doze(uint64_t until_us) {
  const uint64_t now_us = machine_time_us();
  if (until_us <= now_us) return;
  SYST_RVR = ticks_of(until_us - now_us, 0xffffffu);
  SYST_CVR = 0;
  SYST_CSR = 7;
  __asm__ volatile("wfi");
  SYST_CSR = 0;
}
void systick_handler(void) {
  SYST_CSR = 0;
}

void board_watchdog_feed(void) {
  WATCHDOG_LOCK = WATCHDOG_UNLOCK;
  WATCHDOG_LOAD = CLOCK_HZ / 1000u * WATCHDOG_MS; // its interrupt is the NMI; after this time again it would reset by itself
  WATCHDOG_INTCLR = 1;
  WATCHDOG_CTRL = 3;
  WATCHDOG_LOCK = 0;
}

void machine_restart(void) {
  SCB_AIRCR = AIRCR_RESET;
  for (;;) __asm__ volatile("wfi");
}

int32_t machine_semihost(uint32_t operation, const void *arguments) {
  register uint32_t r0 __asm__("r0") = operation;
  register const void *r1 __asm__("r1") = arguments;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return (int32_t)r0;
}

// newlib's heap: there is none.
void *_sbrk(int increment) {
  (void)increment;
  return (void *)-1;
}

void nmi_handler(void) {
  machine_on_watchdog();
  WATCHDOG_LOCK = WATCHDOG_UNLOCK;
  WATCHDOG_INTCLR = 1;
  WATCHDOG_LOCK = 0;
}

void fault_handler(void) {
  machine_restart();
}

void reset_handler(void) {
  SCB_CPACR |= 0xfu << 20; // the compiler may use the FPU
  memcpy(data_start, data_load, (size_t)((char *)data_end - (char *)data_start));
  memset(bss_start, 0, (size_t)((char *)bss_end - (char *)bss_start));
  CLOCK_LOAD = 0xffffffffu;
  CLOCK_CTRL = 0x82; // 32 bits, counts, free-running
  clock_last = CLOCK_VALUE;
  UART_BAUDDIV = CLOCK_HZ / 115200u;
  UART_CTRL = 0x0b; // send, receive, receive interrupt
  NVIC_ISER = 1u << TIMER_IRQ | 1u << UART_RX_IRQ;
  __asm__ volatile("cpsie i");
  main();
}

__attribute__((section(".vectors"), used)) static const void *const vectors[16 + 32] = {
    [0] = stack_top,
    [1] = reset_handler,
    [2] = nmi_handler,
    [3] = fault_handler,
    [4] = fault_handler,
    [5] = fault_handler,
    [6] = fault_handler,
    [15] = systick_handler,
    [16 + UART_RX_IRQ] = uart_rx_handler,
    [16 + TIMER_IRQ] = timer_handler,
};
