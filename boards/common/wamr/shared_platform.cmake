# Tells WAMR's build where the platform for boards without an operating system is.
include_directories(${CMAKE_CURRENT_LIST_DIR} ${WAMR_ROOT_DIR}/core/shared/platform/include)
set(PLATFORM_SHARED_SOURCE ${CMAKE_CURRENT_LIST_DIR}/platform.c)
