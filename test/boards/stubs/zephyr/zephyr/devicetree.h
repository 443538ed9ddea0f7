// Stands for Zephyr 4.2.99 include/zephyr/devicetree.h and what a build makes of the tree: the test defines STUB_REG_ADDR_<label> and
// STUB_REG_SIZE_<label> from the overlay.
#ifndef STUB_ZEPHYR_DEVICETREE_H
#define STUB_ZEPHYR_DEVICETREE_H

#define STUB_JOIN(left, right) STUB_JOIN_(left, right)
#define STUB_JOIN_(left, right) left##right

#define DT_NODELABEL(label) label
#define DT_ALIAS(alias) alias
#define DT_CHOSEN(chosen) chosen
#define DT_PATH(path) path
#define DT_REG_ADDR(node) STUB_JOIN(STUB_REG_ADDR_, node)
#define DT_REG_SIZE(node) STUB_JOIN(STUB_REG_SIZE_, node)

#endif
