// Vulkan's C++ header, with VK_EXT_layer_settings where it is older than that (1.3.272): llama.cpp names the extension without asking, and
// Debian 12 has 1.3.239. Can go once that is no longer built on. Layout and numbers are those of the Vulkan specification.
#pragma once
#include_next <vulkan/vulkan.hpp>

#if VK_HEADER_VERSION < 272
namespace VULKAN_HPP_NAMESPACE {

enum class LayerSettingTypeEXT { eBool32 = 0 };

struct LayerSettingEXT {
    const char * layerName;
    const char * settingName;
    LayerSettingTypeEXT type;
    uint32_t valueCount;
    const void * values;
};

struct LayerSettingsCreateInfoEXT {
    explicit LayerSettingsCreateInfoEXT(const std::vector<LayerSettingEXT> & settings)
        : settingCount(static_cast<uint32_t>(settings.size())), settings(settings.data()) {}

    int32_t structureType = 1000496000;  // VK_STRUCTURE_TYPE_LAYER_SETTINGS_CREATE_INFO_EXT
    const void * next = nullptr;
    uint32_t settingCount;
    const LayerSettingEXT * settings;
};

}
#endif
